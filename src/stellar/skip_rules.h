/*
 * skip_rules.h: the part of the ledger's XDR grammar that a transaction is made of, one row for
 * each type, under its name there; types that are written alike share a row. It is checked against
 * the grammar itself by tests/unit/test_stellar_skip.c.
 *
 *  FIXED(bytes)  TEXT(most bytes)  FLAG()  ENUM(count: members 0, 1, 2 ...)
 *  STRUCT(parts)  of ONE(type), OPT(type), MANY(type, most)
 *  UNION(cases)   of CASE(n, type), CASES(first, last, type), CASE_OPT, CASE_MANY
 *
 * A fixed sequence of bytes whose parts nobody asks for is one FIXED.
 */
#ifndef STELLAR_SKIP_RULES_H
#define STELLAR_SKIP_RULES_H

#define SKIP_RULES_BASIC(X) \
	X(Nothing, FIXED(0)) \
	X(Int, FIXED(4)) \
	X(Long, FIXED(8)) \
	X(Bytes12, FIXED(12)) \
	X(Bytes16, FIXED(16)) \
	X(Key, FIXED(32)) \
	X(MuxedKey, FIXED(40)) \
	X(Bytes56, FIXED(56)) \
	X(Bytes64, FIXED(64)) \
	X(Bool, FLAG()) \
	X(Text, TEXT(ANY)) \
	X(Text32, TEXT(32)) \
	X(Text64, TEXT(64))

#define SKIP_RULES_TRANSACTION(X) \
	X(PublicKey, UNION(CASE(0, Key))) \
	X(AlphaNum4, STRUCT(ONE(Int), ONE(PublicKey))) \
	X(AlphaNum12, STRUCT(ONE(Bytes12), ONE(PublicKey))) \
	X(Asset, UNION(CASE(0, Nothing), CASE(1, AlphaNum4), CASE(2, AlphaNum12))) \
	X(CreateAccountOp, STRUCT(ONE(PublicKey), ONE(Long))) \
	X(MuxedAccount, UNION(CASE(0, Key), CASE(256, MuxedKey))) \
	X(PaymentOp, STRUCT(ONE(MuxedAccount), ONE(Asset), ONE(Long))) \
	X(PathPaymentOp, STRUCT( \
		ONE(Asset), ONE(Long), ONE(MuxedAccount), ONE(Asset), ONE(Long), MANY(Asset, 5))) \
	X(ManageOfferOp, STRUCT(ONE(Asset), ONE(Asset), ONE(Long), ONE(Long), ONE(Long))) \
	X(CreatePassiveSellOfferOp, STRUCT(ONE(Asset), ONE(Asset), ONE(Long), ONE(Long))) \
	X(SignerKeyEd25519SignedPayload, STRUCT(ONE(Key), ONE(Text64))) \
	X(SignerKey, UNION(CASES(0, 2, Key), CASE(3, SignerKeyEd25519SignedPayload))) \
	X(Signer, STRUCT(ONE(SignerKey), ONE(Int))) \
	X(SetOptionsOp, STRUCT( \
		OPT(PublicKey), OPT(Int), OPT(Int), OPT(Int), OPT(Int), OPT(Int), OPT(Int), \
		OPT(Text32), OPT(Signer))) \
	X(LiquidityPoolConstantProductParameters, STRUCT(ONE(Asset), ONE(Asset), ONE(Int))) \
	X(LiquidityPoolParameters, UNION(CASE(0, LiquidityPoolConstantProductParameters))) \
	X(ChangeTrustAsset, UNION( \
		CASE(0, Nothing), CASE(1, AlphaNum4), CASE(2, AlphaNum12), \
		CASE(3, LiquidityPoolParameters))) \
	X(ChangeTrustOp, STRUCT(ONE(ChangeTrustAsset), ONE(Long))) \
	X(AssetCode, UNION(CASE(1, Int), CASE(2, Bytes12))) \
	X(AllowTrustOp, STRUCT(ONE(PublicKey), ONE(AssetCode), ONE(Int))) \
	X(ManageDataOp, STRUCT(ONE(Text64), OPT(Text64))) \
	X(ClaimPredicate, UNION( \
		CASE(0, Nothing), CASE_MANY(1, ClaimPredicate, 2), \
		CASE_MANY(2, ClaimPredicate, 2), CASE_OPT(3, ClaimPredicate), CASES(4, 5, Long))) \
	X(ClaimantV0, STRUCT(ONE(PublicKey), ONE(ClaimPredicate))) \
	X(Claimant, UNION(CASE(0, ClaimantV0))) \
	X(CreateClaimableBalanceOp, STRUCT(ONE(Asset), ONE(Long), MANY(Claimant, 10))) \
	X(ClaimableBalanceID, UNION(CASE(0, Key))) \
	X(TrustLineAsset, UNION( \
		CASE(0, Nothing), CASE(1, AlphaNum4), CASE(2, AlphaNum12), CASE(3, Key))) \
	X(LedgerKeyTrustLine, STRUCT(ONE(PublicKey), ONE(TrustLineAsset))) \
	X(LedgerKeyOffer, STRUCT(ONE(PublicKey), ONE(Long))) \
	X(LedgerKeyData, STRUCT(ONE(PublicKey), ONE(Text64))) \
	X(SCAddress, UNION( \
		CASE(0, PublicKey), CASE(1, Key), CASE(2, MuxedKey), CASE(3, ClaimableBalanceID), \
		CASE(4, Key))) \
	X(SCErrorCode, ENUM(10)) \
	X(SCError, UNION(CASE(0, Int), CASES(1, 9, SCErrorCode))) \
	X(SCVec, STRUCT(MANY(SCVal, ANY))) \
	X(SCMapEntry, STRUCT(ONE(SCVal), ONE(SCVal))) \
	X(SCMap, STRUCT(MANY(SCMapEntry, ANY))) \
	X(ContractExecutableExternalRef, STRUCT(ONE(SCAddress), ONE(Text))) \
	X(ContractExecutable, UNION( \
		CASE(0, Key), CASE(1, Nothing), CASE(2, ContractExecutableExternalRef))) \
	X(SCContractInstance, STRUCT(ONE(ContractExecutable), OPT(SCMap))) \
	X(SCVal, UNION( \
		CASE(0, Bool), CASE(1, Nothing), CASE(2, SCError), CASES(3, 4, Int), \
		CASES(5, 8, Long), CASES(9, 10, Bytes16), CASES(11, 12, Key), CASES(13, 14, Text), \
		CASE(15, Text32), CASE_OPT(16, SCVec), CASE_OPT(17, SCMap), CASE(18, SCAddress), \
		CASE(19, SCContractInstance), CASE(20, Nothing), CASE(21, Long), CASE(22, Text))) \
	X(ContractDataDurability, ENUM(2)) \
	X(LedgerKeyContractData, STRUCT(ONE(SCAddress), ONE(SCVal), ONE(ContractDataDurability))) \
	X(ConfigSettingID, ENUM(21)) \
	X(LedgerKey, UNION( \
		CASE(0, PublicKey), CASE(1, LedgerKeyTrustLine), CASE(2, LedgerKeyOffer), \
		CASE(3, LedgerKeyData), CASE(4, ClaimableBalanceID), CASE(5, Key), \
		CASE(6, LedgerKeyContractData), CASE(7, Key), CASE(8, ConfigSettingID), \
		CASE(9, Key))) \
	X(RevokeSponsorshipOpSigner, STRUCT(ONE(PublicKey), ONE(SignerKey))) \
	X(RevokeSponsorshipOp, UNION(CASE(0, LedgerKey), CASE(1, RevokeSponsorshipOpSigner))) \
	X(ClawbackOp, STRUCT(ONE(Asset), ONE(MuxedAccount), ONE(Long))) \
	X(SetTrustLineFlagsOp, STRUCT(ONE(PublicKey), ONE(Asset), ONE(Int), ONE(Int))) \
	X(InvokeContractArgs, STRUCT(ONE(SCAddress), ONE(Text32), MANY(SCVal, ANY))) \
	X(ContractIDPreimageFromAddress, STRUCT(ONE(SCAddress), ONE(Key))) \
	X(ContractIDPreimage, UNION(CASE(0, ContractIDPreimageFromAddress), CASE(1, Asset))) \
	X(CreateContractArgs, STRUCT(ONE(ContractIDPreimage), ONE(ContractExecutable))) \
	X(CreateContractArgsV2, STRUCT( \
		ONE(ContractIDPreimage), ONE(ContractExecutable), MANY(SCVal, ANY))) \
	X(HostFunction, UNION( \
		CASE(0, InvokeContractArgs), CASE(1, CreateContractArgs), CASE(2, Text), \
		CASE(3, CreateContractArgsV2))) \
	X(SorobanAddressCredentials, STRUCT(ONE(SCAddress), ONE(Long), ONE(Int), ONE(SCVal))) \
	X(SorobanDelegateSignature, STRUCT( \
		ONE(SCAddress), ONE(SCVal), MANY(SorobanDelegateSignature, ANY))) \
	X(SorobanAddressCredentialsWithDelegates, STRUCT( \
		ONE(SorobanAddressCredentials), MANY(SorobanDelegateSignature, ANY))) \
	X(SorobanCredentials, UNION( \
		CASE(0, Nothing), CASES(1, 2, SorobanAddressCredentials), \
		CASE(3, SorobanAddressCredentialsWithDelegates))) \
	X(SorobanAuthorizedFunction, UNION( \
		CASE(0, InvokeContractArgs), CASE(1, CreateContractArgs), \
		CASE(2, CreateContractArgsV2))) \
	X(SorobanAuthorizedInvocation, STRUCT( \
		ONE(SorobanAuthorizedFunction), MANY(SorobanAuthorizedInvocation, ANY))) \
	X(SorobanAuthorizationEntry, STRUCT( \
		ONE(SorobanCredentials), ONE(SorobanAuthorizedInvocation))) \
	X(InvokeHostFunctionOp, STRUCT(ONE(HostFunction), MANY(SorobanAuthorizationEntry, ANY))) \
	X(ExtensionPoint, UNION(CASE(0, Nothing))) \
	X(ExtendFootprintTTLOp, STRUCT(ONE(ExtensionPoint), ONE(Int))) \
	X(OperationBody, UNION( \
		CASE(0, CreateAccountOp), CASE(1, PaymentOp), CASE(2, PathPaymentOp), \
		CASE(3, ManageOfferOp), CASE(4, CreatePassiveSellOfferOp), CASE(5, SetOptionsOp), \
		CASE(6, ChangeTrustOp), CASE(7, AllowTrustOp), CASE(8, MuxedAccount), \
		CASE(9, Nothing), CASE(10, ManageDataOp), CASE(11, Long), CASE(12, ManageOfferOp), \
		CASE(13, PathPaymentOp), CASE(14, CreateClaimableBalanceOp), \
		CASE(15, ClaimableBalanceID), CASE(16, PublicKey), CASE(17, Nothing), \
		CASE(18, RevokeSponsorshipOp), CASE(19, ClawbackOp), CASE(20, ClaimableBalanceID), \
		CASE(21, SetTrustLineFlagsOp), CASE(22, Bytes64), CASE(23, Bytes56), \
		CASE(24, InvokeHostFunctionOp), CASE(25, ExtendFootprintTTLOp), \
		CASE(26, ExtensionPoint))) \
	X(SorobanResourcesExtV0, STRUCT(MANY(Int, ANY))) \
	X(SorobanTransactionDataExt, UNION(CASE(0, Nothing), CASE(1, SorobanResourcesExtV0))) \
	X(LedgerFootprint, STRUCT(MANY(LedgerKey, ANY), MANY(LedgerKey, ANY))) \
	X(SorobanResources, STRUCT(ONE(LedgerFootprint), ONE(Int), ONE(Int), ONE(Int))) \
	X(SorobanTransactionData, STRUCT( \
		ONE(SorobanTransactionDataExt), ONE(SorobanResources), ONE(Long))) \
	X(TransactionExt, UNION(CASE(0, Nothing), CASE(1, SorobanTransactionData))) \
	X(DecoratedSignature, STRUCT(ONE(Int), ONE(Text64)))

#endif
