/*
 * skip_results.h: the same part of the grammar as in skip_rules.h, of what becomes of operations
 * and of the entries of accounts.
 */
#ifndef STELLAR_SKIP_RESULTS_H
#define STELLAR_SKIP_RESULTS_H

#define SKIP_RULES_RESULTS(X) \
	X(CreateAccountResult, UNION(CASES(-4, 0, Nothing))) \
	X(PaymentResult, UNION(CASES(-9, 0, Nothing))) \
	X(ClaimOfferAtomV0, STRUCT( \
		ONE(Key), ONE(Long), ONE(Asset), ONE(Long), ONE(Asset), ONE(Long))) \
	X(ClaimOfferAtom, STRUCT( \
		ONE(PublicKey), ONE(Long), ONE(Asset), ONE(Long), ONE(Asset), ONE(Long))) \
	X(ClaimLiquidityAtom, STRUCT(ONE(Key), ONE(Asset), ONE(Long), ONE(Asset), ONE(Long))) \
	X(ClaimAtom, UNION( \
		CASE(0, ClaimOfferAtomV0), CASE(1, ClaimOfferAtom), CASE(2, ClaimLiquidityAtom))) \
	X(SimplePaymentResult, STRUCT(ONE(PublicKey), ONE(Asset), ONE(Long))) \
	X(PathPaymentSuccess, STRUCT(MANY(ClaimAtom, ANY), ONE(SimplePaymentResult))) \
	X(PathPaymentResult, UNION( \
		CASES(-12, -10, Nothing), CASE(-9, Asset), CASES(-8, -1, Nothing), \
		CASE(0, PathPaymentSuccess))) \
	X(OfferEntryExt, UNION(CASE(0, Nothing))) \
	X(OfferEntry, STRUCT( \
		ONE(PublicKey), ONE(Long), ONE(Asset), ONE(Asset), ONE(Long), ONE(Long), ONE(Int), \
		ONE(OfferEntryExt))) \
	X(ManageOfferSuccessResultOffer, UNION(CASES(0, 1, OfferEntry), CASE(2, Nothing))) \
	X(ManageOfferSuccessResult, STRUCT( \
		MANY(ClaimAtom, ANY), ONE(ManageOfferSuccessResultOffer))) \
	X(ManageOfferResult, UNION(CASES(-12, -1, Nothing), CASE(0, ManageOfferSuccessResult))) \
	X(SetOptionsResult, UNION(CASES(-10, 0, Nothing))) \
	X(ChangeTrustResult, UNION(CASES(-8, 0, Nothing))) \
	X(AllowTrustResult, UNION(CASES(-6, 0, Nothing))) \
	X(AccountMergeResult, UNION(CASES(-7, -1, Nothing), CASE(0, Long))) \
	X(InflationPayout, STRUCT(ONE(PublicKey), ONE(Long))) \
	X(InflationResult, UNION(CASE(-1, Nothing), CASE_MANY(0, InflationPayout, ANY))) \
	X(ManageDataResult, UNION(CASES(-4, 0, Nothing))) \
	X(BumpSequenceResult, UNION(CASES(-1, 0, Nothing))) \
	X(CreateClaimableBalanceResult, UNION( \
		CASES(-5, -1, Nothing), CASE(0, ClaimableBalanceID))) \
	X(ClaimClaimableBalanceResult, UNION(CASES(-6, 0, Nothing))) \
	X(BeginSponsoringFutureReservesResult, UNION(CASES(-3, 0, Nothing))) \
	X(EndSponsoringFutureReservesResult, UNION(CASES(-1, 0, Nothing))) \
	X(RevokeSponsorshipResult, UNION(CASES(-5, 0, Nothing))) \
	X(ClawbackResult, UNION(CASES(-4, 0, Nothing))) \
	X(ClawbackClaimableBalanceResult, UNION(CASES(-3, 0, Nothing))) \
	X(SetTrustLineFlagsResult, UNION(CASES(-5, 0, Nothing))) \
	X(LiquidityPoolDepositResult, UNION(CASES(-8, 0, Nothing))) \
	X(LiquidityPoolWithdrawResult, UNION(CASES(-6, 0, Nothing))) \
	X(InvokeHostFunctionResult, UNION(CASES(-5, -1, Nothing), CASE(0, Key))) \
	X(ExtendFootprintTTLResult, UNION(CASES(-3, 0, Nothing))) \
	X(RestoreFootprintResult, UNION(CASES(-3, 0, Nothing))) \
	X(OperationResultTr, UNION( \
		CASE(0, CreateAccountResult), CASE(1, PaymentResult), CASE(2, PathPaymentResult), \
		CASES(3, 4, ManageOfferResult), CASE(5, SetOptionsResult), \
		CASE(6, ChangeTrustResult), CASE(7, AllowTrustResult), \
		CASE(8, AccountMergeResult), CASE(9, InflationResult), CASE(10, ManageDataResult), \
		CASE(11, BumpSequenceResult), CASE(12, ManageOfferResult), \
		CASE(13, PathPaymentResult), CASE(14, CreateClaimableBalanceResult), \
		CASE(15, ClaimClaimableBalanceResult), \
		CASE(16, BeginSponsoringFutureReservesResult), \
		CASE(17, EndSponsoringFutureReservesResult), CASE(18, RevokeSponsorshipResult), \
		CASE(19, ClawbackResult), CASE(20, ClawbackClaimableBalanceResult), \
		CASE(21, SetTrustLineFlagsResult), CASE(22, LiquidityPoolDepositResult), \
		CASE(23, LiquidityPoolWithdrawResult), CASE(24, InvokeHostFunctionResult), \
		CASE(25, ExtendFootprintTTLResult), CASE(26, RestoreFootprintResult))) \
	X(SponsorshipDescriptor, STRUCT(OPT(PublicKey)))

#endif
