-- The tables of the TeachLink indexer that the console reads, and the roles of the estate.
-- Names in camel case are quoted, as the program's mapper makes them; "updatedAt" and "indexedAt"
-- carry no time zone, which is a trap: they are in the zone of the session that wrote them.

CREATE ROLE teachlink LOGIN PASSWORD :'password';
CREATE ROLE binnacle LOGIN PASSWORD :'password' IN ROLE pg_monitor;
CREATE ROLE exporter LOGIN PASSWORD :'password' IN ROLE pg_monitor;
CREATE ROLE repl LOGIN REPLICATION PASSWORD :'password';

CREATE TYPE bridge_transactions_status_enum AS ENUM ('initiated', 'completed', 'failed');
CREATE TYPE escrows_status_enum AS ENUM
	('active', 'approved', 'released', 'refunded', 'disputed', 'resolved');

CREATE TABLE indexer_state (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	key varchar NOT NULL UNIQUE,
	"lastProcessedLedger" bigint NOT NULL,
	"lastProcessedTxHash" varchar,
	"lastProcessedTimestamp" bigint,
	"totalEventsProcessed" integer NOT NULL DEFAULT 0,
	"totalErrors" integer NOT NULL DEFAULT 0,
	"updatedAt" timestamp NOT NULL DEFAULT now()
);

CREATE TABLE bridge_transactions (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	nonce bigint NOT NULL UNIQUE,
	"from" varchar NOT NULL,
	amount bigint NOT NULL,
	"destinationChain" varchar NOT NULL,
	"destinationAddress" varchar NOT NULL,
	"sourceChain" varchar,
	recipient varchar,
	status bridge_transactions_status_enum NOT NULL DEFAULT 'initiated',
	ledger bigint NOT NULL,
	"txHash" varchar NOT NULL,
	"timestamp" bigint NOT NULL,
	"indexedAt" timestamp NOT NULL DEFAULT now()
);
CREATE INDEX ON bridge_transactions (status);
CREATE INDEX ON bridge_transactions ("from");

CREATE TABLE escrows (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"escrowId" bigint NOT NULL UNIQUE,
	depositor varchar NOT NULL,
	beneficiary varchar NOT NULL,
	amount bigint NOT NULL,
	"requiredSigners" text NOT NULL,
	"requiredApprovals" integer NOT NULL,
	approvers text NOT NULL DEFAULT '',
	"approvalCount" integer NOT NULL DEFAULT 0,
	status escrows_status_enum NOT NULL DEFAULT 'active',
	deadline bigint,
	"disputeReason" text,
	disputer varchar,
	"resolutionOutcome" text,
	"createdAtLedger" bigint NOT NULL,
	"createdTxHash" varchar NOT NULL,
	"completedAtLedger" bigint,
	"completedTxHash" varchar,
	"indexedAt" timestamp NOT NULL DEFAULT now()
);
CREATE INDEX ON escrows (status);

CREATE TYPE backup_manifests_rtotier_enum AS ENUM ('critical', 'high', 'standard');

CREATE TABLE backup_manifests (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"backupId" bigint NOT NULL UNIQUE,
	"createdAt" bigint NOT NULL,
	"createdBy" varchar NOT NULL,
	"integrityHash" text NOT NULL,
	"rtoTier" backup_manifests_rtotier_enum NOT NULL,
	"encryptionRef" bigint NOT NULL DEFAULT 0,
	ledger bigint NOT NULL,
	"txHash" varchar NOT NULL,
	"indexedAt" timestamp NOT NULL DEFAULT now()
);

CREATE TABLE backup_verifications (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"backupId" bigint NOT NULL,
	"verifiedAt" bigint NOT NULL,
	"verifiedBy" varchar NOT NULL,
	valid boolean NOT NULL,
	ledger bigint NOT NULL,
	"txHash" varchar NOT NULL,
	"indexedAt" timestamp NOT NULL DEFAULT now()
);

CREATE TABLE recovery_records (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"recoveryId" bigint NOT NULL,
	"backupId" bigint NOT NULL,
	"executedAt" bigint NOT NULL,
	"executedBy" varchar NOT NULL,
	"recoveryDurationSecs" bigint NOT NULL,
	success boolean NOT NULL,
	ledger bigint NOT NULL,
	"txHash" varchar NOT NULL,
	"indexedAt" timestamp NOT NULL DEFAULT now()
);

ALTER TABLE recovery_records OWNER TO teachlink;
ALTER TABLE indexer_state OWNER TO teachlink;
ALTER TABLE bridge_transactions OWNER TO teachlink;
ALTER TABLE escrows OWNER TO teachlink;
ALTER TABLE backup_manifests OWNER TO teachlink;
ALTER TABLE backup_verifications OWNER TO teachlink;
GRANT SELECT ON indexer_state, bridge_transactions, escrows TO binnacle;
-- Once the primary is dead nobody can grant that any more.
GRANT EXECUTE ON FUNCTION pg_promote(boolean, integer) TO binnacle;

INSERT INTO indexer_state (key, "lastProcessedLedger") VALUES ('main', 1);

SELECT pg_create_physical_replication_slot('replica', true);
