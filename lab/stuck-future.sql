-- Payments whose outcome the platform does not know, as the file that LAB_TX names has them, a
-- transaction on each line: rows of the backend without a ledger, and intents, of which a platform
-- keeps every envelope before it is sent.
\set lines `cat "$LAB_TX"`
BEGIN;
CREATE TEMP TABLE booked ON COMMIT DROP AS
SELECT n, tx FROM (SELECT n, line::jsonb AS tx
	FROM regexp_split_to_table(:'lines', '\n') WITH ORDINALITY AS l (line, n)) AS lines;

INSERT INTO "Transaction" (id, hash, "assetCode", amount, memo, "memoType", "createdAt", "updatedAt",
	"senderId", "recipientId")
SELECT 'stuck-' || (tx ->> 'key'), tx ->> 'hash', tx ->> 'asset', (tx ->> 'amount')::numeric,
	tx ->> 'memo', 'text', to_timestamp((tx ->> 'created_at')::bigint) AT TIME ZONE 'UTC',
	to_timestamp((tx ->> 'created_at')::bigint) AT TIME ZONE 'UTC', 'user-1', 'user-5'
FROM booked WHERE tx ->> 'table' = 'payment' ORDER BY n;

INSERT INTO payment_intents (idempotency_key, hash, envelope_xdr, source, sequence, destination,
	asset, amount, memo, status, created_at, attempts, last_error)
SELECT tx ->> 'key', tx ->> 'hash', tx ->> 'envelope_xdr', tx ->> 'source',
	(tx ->> 'sequence')::bigint, tx ->> 'destination', tx ->> 'asset',
	(tx ->> 'amount')::numeric, tx ->> 'memo', 'submitted',
	to_timestamp((tx ->> 'created_at')::bigint), (tx ->> 'attempts')::int, tx ->> 'last_error'
FROM booked WHERE tx ->> 'table' = 'intent' ORDER BY n;
COMMIT;
