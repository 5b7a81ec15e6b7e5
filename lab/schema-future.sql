-- The tables of the FuTuRe backend that the console reads, as Prisma makes them: names in camel
-- case, ids that are texts without a default, timestamps without a zone that mean UTC, amounts of
-- thirty decimals. A transaction is "successful" unless somebody says otherwise.
--
-- And the table that its runbooks ask for: what was meant to be paid, written before it is sent,
-- with each envelope that was signed for it. Who may settle such a row is another role than who
-- reads.

CREATE ROLE future LOGIN PASSWORD :'password';
CREATE ROLE settler LOGIN PASSWORD :'password' IN ROLE pg_monitor;

CREATE TYPE "StreamStatus" AS ENUM ('ACTIVE', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED');
CREATE TYPE "WebhookDeliveryStatus" AS ENUM ('PENDING', 'DELIVERED', 'FAILED');

CREATE TABLE "Transaction" (
	id text PRIMARY KEY,
	hash text NOT NULL UNIQUE,
	"assetCode" text NOT NULL DEFAULT 'XLM',
	amount decimal(65,30) NOT NULL,
	ledger integer,
	successful boolean NOT NULL DEFAULT true,
	memo text,
	"memoType" text,
	"createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
	"updatedAt" timestamp(3) NOT NULL,
	"deletedAt" timestamp(3),
	"senderId" text NOT NULL,
	"recipientId" text NOT NULL,
	"retryAttempts" integer NOT NULL DEFAULT 0,
	"retryStatus" text,
	"lastRetryAt" timestamp(3)
);

CREATE TABLE "RetryAttempt" (
	id text PRIMARY KEY,
	"transactionId" text NOT NULL REFERENCES "Transaction" ON DELETE CASCADE,
	"attemptNumber" integer NOT NULL,
	"errorType" text NOT NULL,
	"errorMessage" text NOT NULL,
	"timestamp" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE "PaymentStream" (
	id text PRIMARY KEY,
	"senderId" text NOT NULL,
	"recipientId" text NOT NULL,
	"assetCode" text NOT NULL DEFAULT 'XLM',
	"rateAmount" decimal(65,30) NOT NULL,
	"intervalSeconds" integer NOT NULL DEFAULT 60,
	"startTime" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
	"endTime" timestamp(3),
	"lastProcessedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
	"totalStreamed" decimal(65,30) NOT NULL DEFAULT 0,
	status "StreamStatus" NOT NULL DEFAULT 'ACTIVE',
	"failureCount" integer NOT NULL DEFAULT 0,
	metadata jsonb,
	"senderSecret" text,
	"createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
	"updatedAt" timestamp(3) NOT NULL
);

CREATE TABLE "WebhookDelivery" (
	id text PRIMARY KEY,
	"webhookId" text NOT NULL,
	"accountId" text NOT NULL,
	"eventType" text NOT NULL,
	payload jsonb NOT NULL,
	attempt integer NOT NULL DEFAULT 0,
	"maxAttempts" integer NOT NULL DEFAULT 3,
	status "WebhookDeliveryStatus" NOT NULL DEFAULT 'PENDING',
	"lastError" text,
	"nextAttemptAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
	"deliveredAt" timestamp(3),
	"createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
	"updatedAt" timestamp(3) NOT NULL
);

CREATE TABLE payment_intents (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	idempotency_key text,
	hash text,
	envelope_xdr text,
	source text,
	sequence bigint,
	destination text NOT NULL,
	asset text NOT NULL,
	amount numeric(26,7) NOT NULL,
	memo text,
	status text NOT NULL DEFAULT 'created',
	created_at timestamptz NOT NULL DEFAULT now(),
	attempts integer NOT NULL DEFAULT 0,
	last_error text,
	settled_at timestamptz
);
CREATE INDEX ON payment_intents (created_at, id) WHERE settled_at IS NULL;
CREATE INDEX ON payment_intents (hash);
CREATE INDEX ON payment_intents (idempotency_key);

ALTER TABLE payment_intents OWNER TO future;
GRANT SELECT ON payment_intents TO binnacle;
GRANT SELECT, UPDATE ON payment_intents, "Transaction" TO settler;

ALTER TABLE "Transaction" OWNER TO future;
ALTER TABLE "RetryAttempt" OWNER TO future;
ALTER TABLE "PaymentStream" OWNER TO future;
ALTER TABLE "WebhookDelivery" OWNER TO future;
GRANT SELECT ON "Transaction", "RetryAttempt", "WebhookDelivery" TO binnacle;

-- All but the sender's secret, which is nobody else's business.
GRANT SELECT (id, "senderId", "recipientId", "assetCode", "rateAmount", "intervalSeconds",
	"startTime", "endTime", "lastProcessedAt", "totalStreamed", status, "failureCount",
	"createdAt", "updatedAt") ON "PaymentStream" TO binnacle;
