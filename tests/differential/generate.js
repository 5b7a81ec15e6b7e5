/*
 * Random transactions, results and account entries, and what the official SDK reads in them: one
 * JSON object a line, for tests/differential/compare.c. The bytes are written here, by the SDK's own
 * description of each type, so that every kind of everything is met, also what nobody would send.
 *
 * Usage: node generate.js SEED ENVELOPES RESULTS ENTRIES
 */
'use strict';
const crypto = require('crypto');
const { xdr, StrKey, TransactionBuilder } = require('@stellar/stellar-sdk');

const [seed, envelopes, results, entries] = process.argv.slice(2).map(Number);
const DEEP = 9;
const networks = [
	'Public Global Stellar Network ; September 2015', 'Test SDF Network ; September 2015',
	'Standalone Network ; February 2017', '',
];

/* Mulberry32: the same seed gives the same lines. */
let state = seed >>> 0;
function random(below)
{
	state = (state + 0x6d2b79f5) >>> 0;
	let t = Math.imul(state ^ (state >>> 15), state | 1);
	t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
	return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
}
const one_of = (list) => list[random(list.length)];
const bytes = (count) => Buffer.from(Array.from({ length: count }, () => random(256)));

const longs = [0n, 1n, 0xffffffffffffffffn, 0x7fffffffffffffffn, 0x8000000000000000n, 100n];
function long()
{
	const out = Buffer.alloc(8);

	out.writeBigUInt64BE(random(3) > 0 ? one_of(longs) : bytes(8).readBigUInt64BE());
	return out;
}
function int(value)
{
	const out = Buffer.alloc(4);

	out.writeInt32BE(value | 0);
	return out;
}
const ints = () => int(random(3) > 0 ? one_of([0, 1, 7, -1, 0x7fffffff]) : random(0xffffffff));
const padded = (data) => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);

const text = (most) => {
	const data = bytes(random(Math.min(most, 70) + 1));

	if (random(3) > 0)
		data.forEach((byte, i) => { data[i] = 97 + (byte % 26); });
	return Buffer.concat([int(data.length), padded(data)]);
};

/* What the SDK's class of a type is, it does not tell. */
const kind_of = (type) => (typeof type === 'function' ? type.name : type.constructor.name);
const is_plain = (type) => !type._fields && !type._switches && !type._childType;

const number_of = (type, key) =>
	(typeof key === 'number' ? key : type._switchOn._members[key.name ?? key].value);

/* `only`: the number of the case that is wanted. */
function union(type, depth, path, only)
{
	let cases = [...type._switches.entries()].filter((entry) =>
		only === undefined || number_of(type, entry[0]) === only);
	const arm = (entry) => (typeof entry[1] === 'string' ? type._arms[entry[1]] : entry[1]);
	const plain = cases.filter((entry) => is_plain(arm(entry)));

	if (depth > DEEP && plain.length > 0)
		cases = plain;
	const entry = one_of(cases);

	return Buffer.concat([int(number_of(type, entry[0])), write(arm(entry), depth + 1, path)]);
}

/* Most codes of assets are sound, and few are what the network would refuse. */
function asset_code(length)
{
	const out = Buffer.alloc(length);
	const count = length === 4 ? 1 + random(4) : 5 + random(8);

	if (random(8) === 0)
		return bytes(length);
	for (let i = 0; i < count; i++)
		out[i] = one_of([65, 66, 90, 97, 122, 48, 57]);
	return out;
}

function write(type, depth, path)
{
	if (type._fields)
		return Buffer.concat(type._fields.map(([name, of]) =>
			name === 'assetCode' ? asset_code(of._length) : write(of, depth + 1, name)));
	if (type._switches)
		return union(type, depth, path);
	if (type._members)
		return int(one_of(Object.values(type._members)).value);
	const child = type._childType;
	switch (kind_of(type)) {
	case 'Hyper': case 'UnsignedHyper': return long();
	case 'Int': case 'UnsignedInt': return ints();
	case 'Bool': return int(random(2));
	case 'Void': return Buffer.alloc(0);
	case 'Opaque': return padded(bytes(type._length));
	case 'VarOpaque': case 'String': return text(type._maxLength);
	case 'Option':
		return depth > DEEP || random(2) === 0 ? int(0) :
			Buffer.concat([int(1), write(child, depth, path)]);
	case 'Array':
		return Buffer.concat(Array.from({ length: type._length }, () => write(child, depth, path)));
	case 'VarArray': {
		const most = Math.min(type._maxLength, depth > DEEP ? 0 : path === 'operations' ? 4 : 3);
		const count = random(most + 1);

		return Buffer.concat([int(count),
				      ...Array.from({ length: count }, () => write(child, depth + 1, path))]);
	}
	default: throw new Error(`no way to write ${kind_of(type)}`);
	}
}

const account = (key) => StrKey.encodeEd25519PublicKey(key);
function muxed(of)
{
	if (of.switch().name === 'keyTypeEd25519')
		return { text: account(of.ed25519()), key: account(of.ed25519()), id: null };
	const inner = of.med25519(), id = inner.id().toXDR();

	return { text: StrKey.encodeMed25519PublicKey(Buffer.concat([inner.ed25519(), id])),
		 key: account(inner.ed25519()), id: inner.id().toString() };
}

function asset(of)
{
	if (of.switch().name === 'assetTypeNative')
		return 'native';
	const code = of.value().assetCode(), plain = code.toString('latin1').replace(/\0+$/, '');
	const sound = /^[0-9A-Za-z]+$/.test(plain) && (code.length === 4 || plain.length > 4);

	return `${sound ? plain : `#${code.toString('hex')}`}:${account(of.value().issuer().ed25519())}`;
}

function operation(op)
{
	const body = op.body(), type = body.switch(), of = type.name;
	const out = { number: type.value, source: op.sourceAccount() ? muxed(op.sourceAccount()).text : '',
		      destination: '', asset: '', amount: '0' };
	const pay = (to, what, amount) => Object.assign(out, {
		destination: to, asset: what, amount: amount.toString() });
	const value = of === 'inflation' || of === 'endSponsoringFutureReserves' ? null : body.value();

	if (of === 'createAccount')
		pay(account(value.destination().ed25519()), 'native', value.startingBalance());
	else if (of === 'payment')
		pay(muxed(value.destination()).text, asset(value.asset()), value.amount());
	else if (of === 'pathPaymentStrictReceive')
		pay(muxed(value.destination()).text, asset(value.destAsset()), value.destAmount());
	else if (of === 'pathPaymentStrictSend')
		pay(muxed(value.destination()).text, asset(value.sendAsset()), value.sendAmount());
	else if (of === 'accountMerge')
		out.destination = muxed(value).text;
	return out;
}

function memo(of)
{
	const name = of.switch().name;

	switch (name) {
	case 'memoText': return ['text', Buffer.from(of.value()).toString('hex')];
	case 'memoId': return ['id', of.value().toString()];
	case 'memoHash': return ['hash', of.value().toString('hex')];
	case 'memoReturn': return ['return', of.value().toString('hex')];
	default: return ['none', ''];
	}
}

function signer(of)
{
	switch (of.switch().name) {
	case 'signerKeyTypeEd25519': return account(of.value());
	case 'signerKeyTypePreAuthTx': return StrKey.encodePreAuthTx(of.value());
	case 'signerKeyTypeHashX': return StrKey.encodeSha256Hash(of.value());
	default: return StrKey.encodeSignedPayload(of.value().toXDR());
	}
}

const or_null = (value) => (value === null || value === undefined ? null : value.toString());

function preconditions(tx, v0)
{
	const cond = v0 ? null : tx.cond();
	const v2 = cond && cond.switch().name === 'precondV2' ? cond.value() : null;
	const times = v0 ? tx.timeBounds() : v2 ? v2.timeBounds() :
		cond.switch().name === 'precondTime' ? cond.value() : null;
	const ledgers = v2 ? v2.ledgerBounds() : null;

	return {
		min_time: or_null(times?.minTime()), max_time: or_null(times?.maxTime()),
		min_ledger: or_null(ledgers?.minLedger()), max_ledger: or_null(ledgers?.maxLedger()),
		min_sequence: or_null(v2?.minSeqNum()),
		min_sequence_age: v2 ? v2.minSeqAge().toString() : '0',
		min_sequence_gap: v2 ? v2.minSeqLedgerGap().toString() : '0',
		signers: v2 ? v2.extraSigners().map(signer) : [],
	};
}

/* By the SDK's transaction where it takes one, else by the payload that it would sign. */
let whole = 0;
function hash_of(envelope, passphrase)
{
	const network = crypto.createHash('sha256').update(passphrase).digest();
	const tagged = (name, tx) => crypto.createHash('sha256').update(
		new xdr.TransactionSignaturePayload({
			networkId: network,
			taggedTransaction: new xdr.TransactionSignaturePayloadTaggedTransaction(name, tx),
		}).toXDR()).digest('hex');

	try {
		const tx = TransactionBuilder.fromXDR(envelope.toXDR('base64'), passphrase);

		whole++;
		return [tx.hash().toString('hex'),
			tx.innerTransaction ? tx.innerTransaction.hash().toString('hex') : null];
	} catch (refused) {
		/* amounts and codes that no builder would write */
	}
	switch (envelope.switch().name) {
	case 'envelopeTypeTxV0': {
		const tx = envelope.v0().tx().toXDR();
		const v1 = xdr.Transaction.fromXDR(Buffer.concat([int(0), tx.subarray(0, 44),
			tx.readInt32BE(44) ? Buffer.concat([int(1), tx.subarray(48)]) : tx.subarray(44)]));

		return [tagged('envelopeTypeTx', v1), null];
	}
	case 'envelopeTypeTx':
		return [tagged('envelopeTypeTx', envelope.v1().tx()), null];
	default:
		return [tagged('envelopeTypeTxFeeBump', envelope.feeBump().tx()),
			tagged('envelopeTypeTx', envelope.feeBump().tx().innerTx().v1().tx())];
	}
}

function read_envelope(base64, passphrase)
{
	const envelope = xdr.TransactionEnvelope.fromXDR(base64, 'base64');
	const type = { envelopeTypeTxV0: 'v0', envelopeTypeTx: 'v1' }[envelope.switch().name] ?? 'fee_bump';
	const bump = type === 'fee_bump' ? envelope.feeBump().tx() : null;
	const tx = type === 'v0' ? envelope.v0().tx() : bump ? bump.innerTx().v1().tx() : envelope.v1().tx();
	const source = type === 'v0' ?
		{ text: account(tx.sourceAccountEd25519()), key: account(tx.sourceAccountEd25519()), id: null } :
		muxed(tx.sourceAccount());
	const [hash, inner] = hash_of(envelope, passphrase);

	return {
		envelope: base64, passphrase, type, hash, inner_hash: inner,
		source: source.text, source_account: source.key, mux_id: source.id,
		fee: bump ? bump.fee().toString() : tx.fee().toString(),
		inner_fee: bump ? tx.fee().toString() : null,
		fee_source: bump ? muxed(bump.feeSource()).text : null,
		sequence: tx.seqNum().toString(), ...preconditions(tx, type === 'v0'),
		memo: memo(tx.memo()), operations: tx.operations().map(operation),
		soroban: type !== 'v0' && tx.ext().switch() === 1,
		signatures: (bump ? bump.innerTx().v1() : envelope.value()).signatures().length,
		outer_signatures: bump ? envelope.feeBump().signatures().length : 0,
	};
}

/* Each kind of operation alone at first, in a transaction that has nothing else unusual. */
function envelope_bytes(i)
{
	const kinds = Object.values(xdr.OperationType._members);

	if (i >= kinds.length)
		return write(xdr.TransactionEnvelope, 0, '');
	return Buffer.concat([int(2), int(0), bytes(32), int(100), long(), int(0), int(0), int(1), int(0),
			      union(xdr.OperationBody, 2, '', kinds[i].value), int(0),
			      int(1), bytes(4), int(64), bytes(64)]);
}

function print(kind, i, fields)
{
	process.stdout.write(`${JSON.stringify({ kind, id: `${kind} ${i}`, ...fields })}\n`);
}

/* Bytes that were cut, lengthened or changed: both must take them, or both refuse. Types that are
 * newer than the SDK are refused there alone, and are left out. */
const newer = /SorobanCredentialsType|ContractExecutableType|ScValType/;
function bend(data)
{
	const at = random(data.length), bent = Buffer.from(data);

	switch (random(4)) {
	case 0: return data.subarray(0, at);
	case 1: return Buffer.concat([data, Buffer.alloc(4)]);
	case 2: bent[at] ^= 1 << random(8); return bent;
	default: bent.writeInt32BE(one_of([0, 1, 2, 3, 5, 256, -1]), at & ~3); return bent;
	}
}

function read_bent(i)
{
	const data = bend(envelope_bytes(i));

	try {
		xdr.TransactionEnvelope.fromXDR(data);
		return { envelope: data.toString('base64'), taken: true };
	} catch (refused) {
		return newer.test(refused.message) ? null :
			{ envelope: data.toString('base64'), taken: false };
	}
}

const passphrase = () => (random(2) ? one_of(networks) : bytes(12).toString('hex'));

for (let i = 0; i < envelopes; i++)
	print('envelope', i, read_envelope(envelope_bytes(i).toString('base64'), passphrase()));

for (let i = 0; i < envelopes; i++) {
	const bent = read_bent(i % 200);

	if (bent)
		print('bent', i, bent);
}

function read_result(base64)
{
	const result = xdr.TransactionResult.fromXDR(base64, 'base64'), outer = result.result();
	const bumped = outer.switch().name.startsWith('txFeeBumpInner');
	const pair = bumped ? outer.innerResultPair() : null;
	const last = bumped ? pair.result().result() : outer;
	const has = ['txSuccess', 'txFailed'].includes(last.switch().name);

	return {
		result: base64, fee_charged: result.feeCharged().toString(), code: outer.switch().value,
		inner_hash: bumped ? pair.transactionHash().toString('hex') : null,
		inner_fee_charged: bumped ? pair.result().feeCharged().toString() : null,
		inner_code: bumped ? last.switch().value : null,
		ops: has ? last.results().map((op) => (op.switch().value !== 0 ? [op.switch().value, 0, 0] :
			[0, op.tr().switch().value, op.tr().value().switch().value])) : [],
	};
}

/* Each kind of operation alone at first, with what it gives when it succeeds. */
function result_bytes(i)
{
	const kinds = Object.values(xdr.OperationType._members);
	let body;

	if (i >= kinds.length)
		return write(xdr.TransactionResult, 0, '');
	do {
		body = union(xdr.OperationResultTr, 4, '', kinds[i].value);
	} while (body.readInt32BE(4) !== 0);
	return Buffer.concat([long(), int(0), int(1), int(0), body, int(0)]);
}

for (let i = 0; i < results; i++)
	print('result', i, read_result(result_bytes(i).toString('base64')));

function read_entry(base64)
{
	const entry = xdr.LedgerEntryData.fromXDR(base64, 'base64').account(), id = entry.accountId();
	const v1 = entry.ext().switch() === 1 ? entry.ext().v1() : null;
	const v2 = v1 && v1.ext().switch() === 2 ? v1.ext().v2() : null;
	const v3 = v2 && v2.ext().switch() === 3 ? v2.ext().v3() : null;
	const key = xdr.LedgerKey.account(new xdr.LedgerKeyAccount({ accountId: id }));

	return {
		entry: base64, key: key.toXDR('base64'), account: account(id.ed25519()),
		balance: entry.balance().toString(), sequence: entry.seqNum().toString(),
		sequence_ledger: or_null(v3?.seqLedger()), sequence_time: or_null(v3?.seqTime()),
	};
}

for (let i = 0; i < entries; i++)
	print('entry', i, read_entry(Buffer.concat([int(0), write(xdr.AccountEntry, 0, '')]).toString('base64')));

process.stderr.write(`${envelopes} envelopes (${whole} taken whole by the SDK), ${results} results, ` +
		     `${entries} entries\n`);
