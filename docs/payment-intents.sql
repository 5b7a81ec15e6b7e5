-- The table that the preset payment-intents reads: one row for each envelope that is signed for a
-- payment, written before it is sent for the first time, so that a payment that hangs can be found,
-- and proven dead, alive or landed, whatever became of the program that sent it.
--
-- Rows of one payment have one idempotency_key: a retry with a new sequence number, a fee bump and
-- an envelope of another worker are rows of their own. An envelope is never overwritten. With that,
-- `complete: true` of `transactions:` may be set: no other envelope of the payment exists.
--
-- Of the columns id, idempotency_key, hash, created_at and settled_at are needed; the others may be
-- absent, and what they would tell is then not known.
CREATE TABLE payment_intents (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	idempotency_key text NOT NULL,
	hash text UNIQUE,			-- 64 lower-case hex digits, of the envelope as it is sent
	envelope_xdr text,			-- base64, signed
	source text,				-- G..., whose sequence number it uses
	sequence bigint,
	destination text,
	asset text,				-- XLM, or CODE:ISSUER
	amount numeric,
	memo text,
	status text NOT NULL DEFAULT 'pending',	-- pending, confirmed, failed, cancelled
	created_at timestamptz NOT NULL DEFAULT now(),
	attempts integer NOT NULL DEFAULT 0,	-- times that it was sent
	last_error text,
	settled_at timestamptz			-- NULL while nobody knows how it ended
);

-- Pages of the open ones, the oldest first, whatever the size of the table.
CREATE INDEX payment_intents_open ON payment_intents (created_at, id)
	WHERE settled_at IS NULL;
-- All envelopes of one payment.
CREATE INDEX payment_intents_key ON payment_intents (idempotency_key);
