# Completion of batchreport for PowerShell. The program itself knows what can follow.
Register-ArgumentCompleter -Native -CommandName batchreport -ScriptBlock {
	param($word, $line, $cursor)
	$words = @($line.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursor } | ForEach-Object { $_.ToString() })
	$program, $rest = $words
	$rest = @($rest)
	if ($word -ne '') {
		$current = $words[-1]
		$rest = @($rest | Select-Object -SkipLast 1)
	} else {
		$current = '""' # since some versions leave out an argument that is empty
	}
	$kind, $found = @(& $program __complete @rest $current 2>$null)
	if ($kind -eq 'files') { return } # which PowerShell completes by itself
	foreach ($candidate in $found) {
		$value, $about = $candidate -split "`t", 2
		if (-not $about) { $about = $value }
		[System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
	}
}
