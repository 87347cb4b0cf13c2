#compdef batchreport
# Completion of batchreport for zsh. The program itself knows what can follow.
_batchreport() {
	local -a found
	local program=${(Q)words[1]} kind
	found=("${(@f)$(${program/#\~/$HOME} __complete "${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
	kind=$found[1]
	shift found
	found=("${(@)found//:/\\:}")
	found=("${(@)found/$'\t'/:}")
	case $kind in
	files)
		[[ $PREFIX != --*=* ]] || compset -P '*='
		_files
		;;
	open) _describe -t values value found -S '' ;;
	*) _describe -t values value found ;;
	esac
}
if [[ $funcstack[1] == _batchreport ]]; then
	_batchreport "$@"
else
	compdef _batchreport batchreport
fi
