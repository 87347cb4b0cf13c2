# Completion of batchreport for bash. The program itself knows what can follow.
_batchreport() {
	local LC_ALL=C IFS=$' \t\n'
	local rest=${COMP_LINE:0:COMP_POINT} words=() piece='' gap i
	# Bash ends words at = and : too, which are parts of ours: what no blank divides is one.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		gap=${rest%%[!$' \t\n']*}
		rest=${rest#"$gap"}
		piece=${COMP_WORDS[i]}
		((i < COMP_CWORD)) || piece=$rest
		rest=${rest#"$piece"}
		if ((i > 0)) && [[ -z $gap ]]; then
			words[${#words[@]} - 1]+=$piece
		else
			words+=("$piece")
		fi
	done
	local last=${words[${#words[@]} - 1]}
	# Readline keeps what stands before the piece, and puts a word in its place.
	[[ $piece == *[!=:]* ]] || piece=''
	local kept=${last%"$piece"} quote=''
	[[ $piece != [\"\']* ]] || quote=${piece:0:1}

	local found line
	COMPREPLY=()
	found=$("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null) || return 0
	if [[ $found == files ]]; then
		compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$piece"))
		return 0
	fi
	[[ $found != open* ]] || compopt -o nospace 2>/dev/null
	while IFS= read -r line; do
		line=${line%%$'\t'*}
		line=${line#"${kept#[\"\']}"}
		[[ -n $quote || $line != *[\<\>]* ]] || printf -v line %q "$line"
		COMPREPLY+=("$line")
	done < <(printf '%s\n' "$found" | tail -n +2)
}
complete -F _batchreport batchreport
