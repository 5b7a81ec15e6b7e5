-- Transfers that were begun and never completed (late, stuck, and old enough to be cancelled; one
-- of an amount that no double can hold), and escrows that need somebody. Their hashes are those of
-- the lab's own ledgers: the file that LAB_TX names has a transaction on each line.
\set lines `cat "$LAB_TX"`
BEGIN;
CREATE TEMP TABLE booked ON COMMIT DROP AS
SELECT tx ->> 'table' AS kind, (tx ->> 'key')::int AS n, tx ->> 'hash' AS hash,
	(tx ->> 'created_at')::bigint AS created, (tx ->> 'ledger')::bigint AS ledger
FROM (SELECT line::jsonb AS tx FROM regexp_split_to_table(:'lines', '\n') AS line) AS lines
WHERE tx ->> 'table' IN ('bridge', 'escrow');

INSERT INTO bridge_transactions (nonce, "from", amount, "destinationChain", "destinationAddress",
	ledger, "txHash", "timestamp")
SELECT 100 + n, 'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB', amount, '1',
	'0xab5801a7d398351b8be11c439e05c5b3259aec9b', ledger, hash, created
FROM (VALUES (1, 25000000000), (2, 18750000000), (3, 9223372036854775807), (4, 1),
	(5, 4200000000), (6, 77000000000), (7, 310000000000)) AS stuck (n, amount)
	JOIN booked USING (n) WHERE kind = 'bridge';

INSERT INTO escrows ("escrowId", depositor, beneficiary, amount, "requiredSigners",
	"requiredApprovals", approvers, "approvalCount", status, deadline, "disputeReason",
	disputer, "createdAtLedger", "createdTxHash", "indexedAt")
SELECT 100 + n, 'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB',
	'GCPUGIQ4IK3WFJ5ABKLR27HLW4QOTZBIKZSOZ7RFJCHSWMW37SF2XF3J', n * 5500000000,
	'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB', 2, '', approvals,
	status::escrows_status_enum, extract(epoch FROM now())::bigint + due,
	CASE status WHEN 'disputed' THEN 'not delivered' END,
	CASE status WHEN 'disputed' THEN 'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB' END,
	ledger, hash, to_timestamp(created)::timestamp
FROM (VALUES (1, 'active', 0, -7200), (2, 'approved', 2, -600), (3, 'disputed', 1, 86400))
	AS stuck (n, status, approvals, due) JOIN booked USING (n) WHERE kind = 'escrow';
COMMIT;
