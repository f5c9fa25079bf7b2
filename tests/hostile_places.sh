#!/bin/sh
# Call the command line where it is hard: needs root, unshare and setpriv. Usage: sh tests/hostile_places.sh
# In each place a call succeeds, or ends in one line on standard error that begins "secondlook: "; no traceback.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
python="$root/.venv/bin/python"
scratch=$(mktemp -d)
odd="$scratch/ein Ort – 日本"
failed=0
trap 'umount "$scratch/ro" "$scratch/full" "$scratch/no-more-files" 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

place() {  # name, expected ("ends well" or "says why"), then the command
    name=$1 expected=$2; shift 2
    "$@" >"$scratch/out" 2>"$scratch/err"; status=$?
    if grep -q Traceback "$scratch/err"; then said="traceback"
    elif [ $status -eq 0 ]; then said="ends well"
    elif [ "$(wc -l <"$scratch/err")" -eq 1 ] && grep -q '^secondlook: ' "$scratch/err"; then said="says why"
    else said="status $status"; fi
    [ "$said" = "$expected" ] || { failed=$((failed + 1)); tail -3 "$scratch/err"; }
    echo "$name: $said (expected: $expected)"
}

cli='from secondlook.cli import main; main()'
copy() { mkdir -p "$1" && (cd "$root" && tar cf - --exclude=.venv --exclude=.venv-uv --exclude=.git --exclude=site .) | tar xf - -C "$1"; }
copy "$odd"
mkdir "$scratch/ro" "$scratch/full" "$scratch/no-more-files" "$scratch/home"
mount --bind "$odd" "$scratch/ro" && mount -o remount,ro,bind "$scratch/ro"
mount -t tmpfs -o size=16k none "$scratch/full" && head -c 1m /dev/zero >"$scratch/full/fill" 2>/dev/null
mount -t tmpfs -o nr_inodes=1 none "$scratch/no-more-files"

in_place() { (cd "$1" && shift && PYTHONPATH="$PWD/lib" "$@"); }
for words in "--help" "claims D03"; do
    place "spaces and letters: $words" "ends well" in_place "$odd" "$python" -c "$cli" $words
done
for words in "--help" "claims D03"; do
    place "read-only: $words" "ends well" in_place "$scratch/ro" "$python" -c "$cli" $words
    place "no HOME: $words" "ends well" env -i SECONDLOOK_CACHE="$scratch/home" PYTHONPATH="$odd/lib" \
        sh -c "cd '$odd' && exec '$python' -c '$cli' $words"
    place "no network: $words" "ends well" in_place "$odd" unshare -n "$python" -c "$cli" $words
done
place "read-only: report" "says why" in_place "$scratch/ro" "$python" -c "$cli" report
run="run dimensions --arm 'toy normal' --workers 1"
place "full disk: run" "says why" env SECONDLOOK_CACHE="$scratch/full" PYTHONPATH="$odd/lib" \
    sh -c "cd '$odd' && exec '$python' -c '$cli' $run"
place "no more files: run" "says why" env SECONDLOOK_CACHE="$scratch/no-more-files" PYTHONPATH="$odd/lib" \
    sh -c "cd '$odd' && exec '$python' -c '$cli' $run"
place "no more files: data" "says why" env SECONDLOOK_DATA="$scratch/no-more-files" PYTHONPATH="$odd/lib" \
    sh -c "cd '$odd' && exec '$python' -c '$cli' data mnist"
place "spaces and letters: report" "ends well" in_place "$odd" "$python" -c "$cli" report
echo "$failed failed"
exit "$failed"
