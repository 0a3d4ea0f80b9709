import type { BashFunction } from '#report/plan/script/bash-function';

/** The functions of the bash export that change files. */
export const bashFiles: readonly BashFunction[] = [
  [
    'refuse',
    `refuse() {
  printf 'change %s: %s\\n' "$number" "$*" >&2
  finish failed
  exit 1
}`,
  ],
  [
    'say',
    `say() {
  printf 'change %s: %s\\n' "$number" "$*"
}`,
  ],
  [
    'place',
    `# where a file is; below ROOT no link is followed, for it could lead out of the tree
place() {
  if [[ -z $root ]]; then
    at=$(realpath -m -- "$1" && printf .)
    at=\${at%$'\\n.'}
  elif [[ $(realpath -m -- "$root$1") == "$root$1" ]]; then
    at=$root$1
  else
    refuse "$1 is, or is in, a link, which is not followed in a tree"
  fi
  [[ ! -e $at || -f $at ]] || refuse "$1 is no regular file"
}`,
  ],
  [
    'take',
    `# reads a file into text
take() {
  text=
  IFS= read -r -d '' text <"$1" || true
  ((\${#text} == $(stat -L -c %s -- "$1"))) || refuse "$1 is no text"
}`,
  ],
  [
    'keep',
    `# keeps what stood there before the first change, once
keep() {
  local copy=$backup/files$1
  if [[ ! -e $copy && ! -e $copy.absent ]]; then
    mkdir -p -- "\${copy%/*}"
    if [[ -e $at ]]; then
      cp -p -- "$at" "$copy.new"
      sync -- "$copy.new"
      mv -T -- "$copy.new" "$copy"
    else
      : >"$copy.absent"
    fi
  fi
}`,
  ],
  [
    'put',
    `# puts text in the place of a file: written beside it and renamed; rights and owner stay, a new file gets those told
put() {
  local draft=\${at%/*}/.\${at##*/}.nearmetal
  keep "$1"
  (umask 022 && mkdir -p -- "\${at%/*}")
  rm -f -- "$draft"
  if [[ -e $at ]]; then
    cp --attributes-only --preserve=all -- "$at" "$draft"
  else
    : >"$draft"
    chmod -- "$2" "$draft"
  fi
  printf '%s' "$text" >"$draft"
  sync -- "$draft"
  mv -T -- "$draft" "$at"
  if [[ -z $root ]] && type restorecon >/dev/null 2>&1; then restorecon -- "$at" || true; fi
}`,
  ],
  [
    'stands',
    `# counts how a thing stands: before (it is to be changed), after (it was), or else in words, which refuses
stands() {
  case $2 in
    after) ;;
    before)
      todo=1
      [[ $phase != back ]] || refuse "$1 was not taken"
      ;;
    *) refuse "$1 $2" ;;
  esac
}`,
  ],
  [
    'create',
    `# create PATH MODE TEXT
create() {
  place "$1"
  if [[ ! -e $at ]]; then
    stands "$1" before
    text=$3
    if [[ $phase == 'make' ]]; then put "$1" "$2"; fi
    return
  fi
  take "$at"
  if [[ $text == "$3" ]]; then stands "$1" after; else stands "$1" 'was not there when this was planned'; fi
}`,
  ],
  [
    'edit',
    `# edit PATH FROM TO [FROM TO]...: lines, with a newline before and behind them; \\002 and \\003 stand for the ends of the file
edit() {
  local path=$1 rest differs=
  shift
  place "$path"
  [[ -e $at ]] || refuse "$path is not there any more"
  take "$at"
  text=$'\\n\\002\\n'$text$'\\n\\003\\n'
  while (($# > 0)); do
    if [[ $text == *"$1"* ]]; then
      rest=\${text#*"$1"}
      [[ $'\\n'$rest != *"$1"* ]] || refuse "$path has these lines twice:$1"
      text=\${text%%"$1"*}$2$rest
      differs=1
    elif [[ $text != *"$2"* ]]; then
      refuse "$path is not as it was planned for; it lacks these lines:$1"
    fi
    shift 2
  done
  text=\${text:3:\${#text}-6}
  if [[ -z $differs ]]; then
    stands "$path" after
  else
    stands "$path" before
    if [[ $phase == 'make' ]]; then put "$path" 0644; fi
  fi
}`,
  ],
  [
    'remove',
    `# remove PATH TEXT
remove() {
  place "$1"
  if [[ ! -e $at ]]; then
    stands "$1" after
    return
  fi
  take "$at"
  [[ $text == "$2" ]] || refuse "$1 holds more than was planned for"
  stands "$1" before
  if [[ $phase == 'make' ]]; then
    keep "$1"
    rm -f -- "$at"
  fi
}`,
  ],
];
