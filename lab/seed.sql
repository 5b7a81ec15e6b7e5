-- The rows of a bridge that works: completed transfers, a few that were begun just now, escrows
-- before their deadline. Loaded when a lab starts and whenever it is mended.
BEGIN;
DELETE FROM bridge_transactions;
DELETE FROM escrows;
DELETE FROM backup_manifests;
DELETE FROM backup_verifications;
DELETE FROM recovery_records;

INSERT INTO bridge_transactions (nonce, "from", amount, "destinationChain", "destinationAddress",
	"sourceChain", recipient, status, ledger, "txHash", "timestamp")
SELECT n, 'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB', n * 12500000, '1',
	'0xab5801a7d398351b8be11c439e05c5b3259aec9b', '1',
	'GCPUGIQ4IK3WFJ5ABKLR27HLW4QOTZBIKZSOZ7RFJCHSWMW37SF2XF3J', 'completed', 1000 + n,
	encode(sha256(('seed ' || n)::bytea), 'hex'), extract(epoch FROM now())::bigint - n * 600
FROM generate_series(1, 40) AS n;

INSERT INTO bridge_transactions (nonce, "from", amount, "destinationChain", "destinationAddress",
	ledger, "txHash", "timestamp")
SELECT 40 + n, 'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB', n::bigint * 70000000, '1',
	'0xab5801a7d398351b8be11c439e05c5b3259aec9b', 1040 + n,
	encode(sha256(('seed ' || 40 + n)::bytea), 'hex'), extract(epoch FROM now())::bigint - n * 10
FROM generate_series(1, 3) AS n;

INSERT INTO escrows ("escrowId", depositor, beneficiary, amount, "requiredSigners",
	"requiredApprovals", approvers, "approvalCount", status, deadline, "createdAtLedger",
	"createdTxHash")
SELECT n, 'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB',
	'GCPUGIQ4IK3WFJ5ABKLR27HLW4QOTZBIKZSOZ7RFJCHSWMW37SF2XF3J', n::bigint * 990000000,
	'GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB', 1, '', 0,
	(CASE WHEN n > 6 THEN 'released' ELSE 'active' END)::escrows_status_enum,
	extract(epoch FROM now())::bigint + n * 86400, 900 + n,
	encode(sha256(('escrow ' || n)::bytea), 'hex')
FROM generate_series(1, 8) AS n;
-- A backup every six hours, each verified ten minutes later. The tier is always "standard": the
-- indexer knows the others by a name that it never receives.
INSERT INTO backup_manifests ("backupId", "createdAt", "createdBy", "integrityHash", "rtoTier",
	ledger, "txHash")
SELECT n, extract(epoch FROM now())::bigint - (12 - n) * 21600 - 1800,
	'GCPUGIQ4IK3WFJ5ABKLR27HLW4QOTZBIKZSOZ7RFJCHSWMW37SF2XF3J',
	encode(sha256(('backup ' || n)::bytea), 'hex'), 'standard', 2000 + n,
	encode(sha256(('manifest ' || n)::bytea), 'hex')
FROM generate_series(1, 12) AS n;

INSERT INTO backup_verifications ("backupId", "verifiedAt", "verifiedBy", valid, ledger, "txHash")
SELECT "backupId", "createdAt" + 600, "createdBy", true, ledger + 300,
	encode(sha256(('verification ' || "backupId")::bytea), 'hex')
FROM backup_manifests;
COMMIT;
