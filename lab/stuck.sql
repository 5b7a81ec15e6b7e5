-- Transfers that were begun and never completed (late, stuck, and old enough to be cancelled; one
-- of an amount that no double can hold), and escrows that need somebody.
BEGIN;
INSERT INTO bridge_transactions (nonce, "from", amount, "destinationChain", "destinationAddress",
	ledger, "txHash", "timestamp")
SELECT 100 + n, 'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB', amount, '1',
	'0xab5801a7d398351b8be11c439e05c5b3259aec9b', 500 + n,
	encode(sha256(('stuck ' || n)::bytea), 'hex'), extract(epoch FROM now())::bigint - age
FROM (VALUES (1, 25000000000, 900), (2, 18750000000, 2400), (3, 9223372036854775807, 9000),
	(4, 1, 14400), (5, 4200000000, 30000), (6, 77000000000, 90000),
	(7, 310000000000, 700000)) AS stuck (n, amount, age);

INSERT INTO escrows ("escrowId", depositor, beneficiary, amount, "requiredSigners",
	"requiredApprovals", approvers, "approvalCount", status, deadline, "disputeReason",
	disputer, "createdAtLedger", "createdTxHash")
SELECT 100 + n, 'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB',
	'GCPUGIQ4IK3WFJ5ABKLR27HLW4QOTZBIKZSOZ7RFJCHSWMW37SF2XF3J', n * 5500000000,
	'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB', 2, '', approvals,
	status::escrows_status_enum, extract(epoch FROM now())::bigint + due,
	CASE status WHEN 'disputed' THEN 'not delivered' END,
	CASE status WHEN 'disputed' THEN 'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB' END,
	700 + n, encode(sha256(('stuck escrow ' || n)::bytea), 'hex')
FROM (VALUES (1, 'active', 0, -7200), (2, 'approved', 2, -600), (3, 'disputed', 1, 86400))
	AS stuck (n, status, approvals, due);
COMMIT;
