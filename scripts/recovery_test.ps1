# Verify what was recovered: binnacle drill verify; exits 0 when it passed, 2 when it did not, 64 for
# wrong usage, and with its own status otherwise, as recovery_test.sh does. It was never run on
# Windows: Binnacle itself runs on Linux, so this is for PowerShell there.
$binnacle = if ($env:BINNACLE) { $env:BINNACLE } else { 'binnacle' }
& $binnacle drill verify @args
switch ($LASTEXITCODE) {
	2 { exit 64 }
	30 { exit 2 }
	default { exit $LASTEXITCODE }
}
