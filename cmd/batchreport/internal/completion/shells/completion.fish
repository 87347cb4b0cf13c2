# Completion of batchreport for fish. The program itself knows what can follow.
function __batchreport_complete
	set -l words (commandline -opc)
	set -l typed (commandline -ct)
	set -l current (string unescape -- $typed; or string trim -l -c '\'"' -- $typed)
	set -l program (string replace -r '^~' "$HOME" -- $words[1])
	set -e words[1]
	set -l found ($program __complete $words "$current" 2>/dev/null)
	if test "$found[1]" != files
		printf '%s\n' $found[2..]
	else if string match -qr '^--[^=]*=' -- $current
		set -l parts (string split -m 1 = -- $current)
		printf '%s\n' $parts[1]=(__fish_complete_path $parts[2])
	else
		__fish_complete_path $current
	end
end
complete -c batchreport -f -k -a '(__batchreport_complete)'
