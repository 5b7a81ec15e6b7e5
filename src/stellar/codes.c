#include "stellar/codes.h"

#include <string.h>

#include "base/attr.h"

#define TX(number, uses_sequence, name, horizon, means) \
	{ "TransactionResultCode", (number), #name, (horizon), (means), (uses_sequence) }

/* Of a transaction as a whole, and of an operation before its own kind is asked. */
static const struct code common[] = {
	TX(1, true, txFEE_BUMP_INNER_SUCCESS, "tx_fee_bump_inner_success",
	   "done: the inner transaction was applied"),
	TX(0, true, txSUCCESS, "tx_success", "done: every operation was applied"),
	TX(-1, true, txFAILED, "tx_failed",
	   "an operation failed, nothing moved, the fee was paid: see the codes of the operations"),
	TX(-2, false, txTOO_EARLY, "tx_too_early",
	   "not valid yet: its earliest time or ledger is not reached"),
	TX(-3, false, txTOO_LATE, "tx_too_late",
	   "past its latest time or ledger; said at submission this is only a forecast"),
	TX(-4, false, txMISSING_OPERATION, "tx_missing_operation", "it has no operations"),
	TX(-5, false, txBAD_SEQ, "tx_bad_seq",
	   "its sequence number does not fit: used already, perhaps by this very transaction, or "
	   "there is a gap before it"),
	TX(-6, true, txBAD_AUTH, "tx_bad_auth",
	   "too few valid signatures, or signed for another network"),
	TX(-7, true, txINSUFFICIENT_BALANCE, "tx_insufficient_balance",
	   "the fee would take the account below its reserve"),
	TX(-8, false, txNO_ACCOUNT, "tx_no_source_account", "the source account does not exist"),
	TX(-9, false, txINSUFFICIENT_FEE, "tx_insufficient_fee",
	   "the fee is too low now: the fee that was charged tells what is needed"),
	TX(-10, true, txBAD_AUTH_EXTRA, "tx_bad_auth_extra",
	   "it carries signatures that nothing needs"),
	TX(-11, true, txINTERNAL_ERROR, "tx_internal_error", "the network met an error of its own"),
	TX(-12, false, txNOT_SUPPORTED, "tx_not_supported",
	   "the network does not support this kind of transaction"),
	TX(-13, false, txFEE_BUMP_INNER_FAILED, "tx_fee_bump_inner_failed",
	   "the inner transaction failed: see its own code"),
	TX(-14, true, txBAD_SPONSORSHIP, "tx_bad_sponsorship",
	   "it begins to sponsor reserves and does not end it"),
	TX(-15, true, txBAD_MIN_SEQ_AGE_OR_GAP, "tx_bad_minseq_age_or_gap",
	   "the account's sequence number was used too recently for it"),
	TX(-16, false, txMALFORMED, "tx_malformed", "one of its preconditions is not valid"),
	TX(-17, false, txSOROBAN_INVALID, "tx_soroban_invalid",
	   "its contract resources or fees are not valid: simulate it again"),
	TX(-18, false, txFROZEN_KEY_ACCESSED, "tx_frozen_key_accessed",
	   "it touches a ledger entry that the network has frozen"),
	OP(Operation, 0, opINNER, "op_inner", "see the operation's own code"),
	OP(Operation, -1, opBAD_AUTH, "op_bad_auth",
	   "too few valid signatures for this operation's account, or another network"),
	OP(Operation, -2, opNO_ACCOUNT, "op_no_source_account",
	   "the account that this operation is for does not exist"),
	OP(Operation, -3, opNOT_SUPPORTED, "op_not_supported",
	   "the network does not support this operation now"),
	OP(Operation, -4, opTOO_MANY_SUBENTRIES, "op_too_many_subentries",
	   "the account has as many entries as it may have"),
	OP(Operation, -5, opEXCEEDED_WORK_LIMIT, "op_exceeded_work_limit",
	   "the operation is too much work"),
	OP(Operation, -6, opTOO_MANY_SPONSORING, "op_too_many_sponsoring",
	   "the account sponsors as many entries as it may"),
};

/* Offers of both kinds are answered alike, a passive one by the name of a selling one. */
static const char *const types[] = {
	[OPERATION_CREATE_ACCOUNT] = "CreateAccountResultCode",
	[OPERATION_PAYMENT] = "PaymentResultCode",
	[OPERATION_PATH_PAYMENT_STRICT_RECEIVE] = "PathPaymentStrictReceiveResultCode",
	[OPERATION_MANAGE_SELL_OFFER] = "ManageSellOfferResultCode",
	[OPERATION_CREATE_PASSIVE_SELL_OFFER] = "ManageSellOfferResultCode",
	[OPERATION_SET_OPTIONS] = "SetOptionsResultCode",
	[OPERATION_CHANGE_TRUST] = "ChangeTrustResultCode",
	[OPERATION_ALLOW_TRUST] = "AllowTrustResultCode",
	[OPERATION_ACCOUNT_MERGE] = "AccountMergeResultCode",
	[OPERATION_INFLATION] = "InflationResultCode",
	[OPERATION_MANAGE_DATA] = "ManageDataResultCode",
	[OPERATION_BUMP_SEQUENCE] = "BumpSequenceResultCode",
	[OPERATION_MANAGE_BUY_OFFER] = "ManageBuyOfferResultCode",
	[OPERATION_PATH_PAYMENT_STRICT_SEND] = "PathPaymentStrictSendResultCode",
	[OPERATION_CREATE_CLAIMABLE_BALANCE] = "CreateClaimableBalanceResultCode",
	[OPERATION_CLAIM_CLAIMABLE_BALANCE] = "ClaimClaimableBalanceResultCode",
	[OPERATION_BEGIN_SPONSORING_FUTURE_RESERVES] = "BeginSponsoringFutureReservesResultCode",
	[OPERATION_END_SPONSORING_FUTURE_RESERVES] = "EndSponsoringFutureReservesResultCode",
	[OPERATION_REVOKE_SPONSORSHIP] = "RevokeSponsorshipResultCode",
	[OPERATION_CLAWBACK] = "ClawbackResultCode",
	[OPERATION_CLAWBACK_CLAIMABLE_BALANCE] = "ClawbackClaimableBalanceResultCode",
	[OPERATION_SET_TRUST_LINE_FLAGS] = "SetTrustLineFlagsResultCode",
	[OPERATION_LIQUIDITY_POOL_DEPOSIT] = "LiquidityPoolDepositResultCode",
	[OPERATION_LIQUIDITY_POOL_WITHDRAW] = "LiquidityPoolWithdrawResultCode",
	[OPERATION_INVOKE_HOST_FUNCTION] = "InvokeHostFunctionResultCode",
	[OPERATION_EXTEND_FOOTPRINT_TTL] = "ExtendFootprintTTLResultCode",
	[OPERATION_RESTORE_FOOTPRINT] = "RestoreFootprintResultCode",
};
_Static_assert(ARRAY_LEN(types) == OPERATION_COUNT, "every operation has its codes");

size_t code_count(void)
{
	return ARRAY_LEN(common) + codes_operations_count;
}

const struct code *code_at(size_t i)
{
	return i < ARRAY_LEN(common) ? &common[i] : &codes_operations[i - ARRAY_LEN(common)];
}

static const struct code *find_number(const char *of, int32_t number)
{
	for (size_t i = 0; i < code_count(); i++)
		if (code_at(i)->number == number && strcmp(code_at(i)->of, of) == 0)
			return code_at(i);
	return NULL;
}

const struct code *code_of_tx(int32_t number)
{
	return find_number("TransactionResultCode", number);
}

const struct code *code_of_op(int32_t number)
{
	return find_number("OperationResultCode", number);
}

const struct code *code_of_operation(enum operation type, int32_t number)
{
	return find_number(types[type], number);
}

static bool is_called(const struct code *code, const char *horizon)
{
	return code->horizon && strcmp(code->horizon, horizon) == 0;
}

const struct code *code_find(const char *name)
{
	for (size_t i = 0; i < code_count(); i++) {
		const struct code *code = code_at(i);

		if (strcmp(code->name, name) == 0 ||
		    (strcmp(code->of, "TransactionResultCode") == 0 && is_called(code, name)))
			return code;
	}
	return NULL;
}

static const struct code *find_called(const char *of, const char *horizon)
{
	for (size_t i = 0; i < code_count(); i++)
		if (is_called(code_at(i), horizon) && strcmp(code_at(i)->of, of) == 0)
			return code_at(i);
	return NULL;
}

const struct code *code_find_horizon(enum operation type, const char *horizon)
{
	const struct code *own = find_called(types[type], horizon);

	return own ? own : find_called("OperationResultCode", horizon);
}
