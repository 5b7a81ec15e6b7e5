-- Payments as the backend leaves them when all is well: written after Horizon answered, queues empty
-- or not due yet. Loaded when a lab starts and whenever it is mended.
BEGIN;
SET LOCAL timezone = 'UTC';
DELETE FROM "RetryAttempt";
DELETE FROM "Transaction";
DELETE FROM "PaymentStream";
DELETE FROM "WebhookDelivery";
DELETE FROM payment_intents;

INSERT INTO "Transaction" (id, hash, "assetCode", amount, ledger, "createdAt", "updatedAt",
	"senderId", "recipientId")
SELECT 'tx-' || n, encode(sha256(('payment ' || n)::bytea), 'hex'),
	CASE WHEN n % 3 = 0 THEN 'USDC' ELSE 'XLM' END, n * 2.5, 97000000 + n,
	localtimestamp - n * interval '7 min', localtimestamp - n * interval '7 min',
	'user-' || n % 4, 'user-' || 4 + n % 3
FROM generate_series(1, 24) AS n;

INSERT INTO payment_intents (idempotency_key, hash, destination, asset, amount, status, created_at,
	attempts, settled_at)
SELECT 'order-' || n, encode(sha256(('intent ' || n)::bytea), 'hex'),
	'GCPUGIQ4IK3WFJ5ABKLR27HLW4QOTZBIKZSOZ7RFJCHSWMW37SF2XF3J', 'XLM', n * 2.5, 'settled',
	now() - n * interval '7 min', 1, now() - n * interval '7 min' + interval '9 s'
FROM generate_series(1, 24) AS n;

INSERT INTO "PaymentStream" (id, "senderId", "recipientId", "rateAmount", "intervalSeconds",
	"lastProcessedAt", "totalStreamed", status, "senderSecret", "updatedAt")
SELECT 'stream-' || n, 'user-' || n, 'user-5', 0.25, 86400, localtimestamp, 12.5 * n,
	(CASE WHEN n = 3 THEN 'COMPLETED' ELSE 'ACTIVE' END)::"StreamStatus", 'sealed', localtimestamp
FROM generate_series(1, 3) AS n;

INSERT INTO "WebhookDelivery" (id, "webhookId", "accountId", "eventType", payload, attempt, status,
	"nextAttemptAt", "deliveredAt", "updatedAt")
SELECT 'delivery-' || n, 'hook-1', 'user-1', 'payment.sent', '{}', n % 2,
	(CASE WHEN n > 6 THEN 'PENDING' ELSE 'DELIVERED' END)::"WebhookDeliveryStatus",
	localtimestamp + CASE WHEN n > 6 THEN interval '1 day' ELSE interval '0' END,
	CASE WHEN n > 6 THEN NULL ELSE localtimestamp END, localtimestamp
FROM generate_series(1, 8) AS n;
COMMIT;
