/*
 * What `binnacle tx decode - --json` prints of the envelopes that generate.js wrote, against what
 * the official SDK read in them. Usage: node cli.js LINES BINNACLE
 */
'use strict';
const { spawnSync } = require('child_process');
const { deepStrictEqual } = require('assert');
const fs = require('fs');

const [path, binnacle] = process.argv.slice(2);
const networks = [
	'Public Global Stellar Network ; September 2015', 'Test SDF Network ; September 2015',
	'Standalone Network ; February 2017',
];
const lines = fs.readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))
	.filter((line) => line.kind === 'envelope');

/* A text that is no UTF-8 has no value, only bytes. */
function memo([type, text])
{
	if (type === 'none')
		return { type, value: null };
	if (type !== 'text')
		return { type, value: text };
	try {
		const value = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
			.decode(Buffer.from(text, 'hex'));

		return { type, value };
	} catch (refused) {
		return { type, bytes: text, value: null };
	}
}

const number_or_null = (text) => (text === null ? null : Number(text));

function wanted(line, names)
{
	const v2 = line.min_ledger !== null || line.min_sequence !== null || line.min_sequence_age !== '0' ||
		line.min_sequence_gap !== '0' || line.signers.length > 0;

	return {
		type: line.type, hash: line.hash, inner_hash: line.inner_hash, source: line.source,
		source_account: line.source_account, mux_id: line.mux_id, fee: line.fee,
		fee_source: line.fee_source, inner_fee: line.inner_fee, sequence: line.sequence,
		min_time: line.min_time, max_time: line.max_time,
		min_ledger: number_or_null(line.min_ledger), max_ledger: number_or_null(line.max_ledger),
		min_seq_num: line.min_sequence, min_seq_age: v2 ? line.min_sequence_age : null,
		min_seq_ledger_gap: v2 ? Number(line.min_sequence_gap) : null,
		extra_signers: line.signers, memo: memo(line.memo),
		operations: line.operations.map((op) => ({
			type: names[op.number], source: op.source || null,
			...(op.asset ? { destination: op.destination, asset: op.asset, amount: op.amount } : {}),
		})),
		signatures: line.signatures,
		outer_signatures: line.type === 'fee_bump' ? line.outer_signatures : null,
	};
}

/* CREATE_ACCOUNT of the SDK's createAccount. */
function operation_names()
{
	const { xdr } = require('@stellar/stellar-sdk');

	return Object.values(xdr.OperationType._members)
		.map((kind) => kind.name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
}

const names = operation_names();
let compared = 0;
for (const network of networks) {
	const some = lines.filter((line) => line.passphrase === network);
	const ran = spawnSync(binnacle, ['tx', 'decode', '-', '--network', network, '--json'], {
		input: some.map((line) => `${line.envelope}\n`).join(''), encoding: 'utf8',
		maxBuffer: 1 << 30,
	});
	const printed = ran.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));

	deepStrictEqual([ran.status, printed.length, ran.stderr], [0, some.length, '']);
	some.forEach((line, i) => deepStrictEqual(printed[i], wanted(line, names), line.id));
	compared += some.length;
}
if (compared === 0)
	throw new Error('nothing was compared');
process.stdout.write(`tx decode: ${compared} envelopes alike\n`);
