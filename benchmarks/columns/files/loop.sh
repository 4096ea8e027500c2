# The shell script that one would write with the AWS CLI: loop.sh JOBS STATUS preview|up
set -eu
while read -r app environment job; do
  key="--app-id $app --backend-environment-name $environment --job-id $job"
  live=$(aws amplifybackend get-backend-job $key --query Status --output text)
  if [ "$live" != "$2" ]; then
    echo "$job $live => $2"
    if [ "$3" = up ]; then
      aws amplifybackend update-backend-job $key --status "$2" >/dev/null
    fi
  fi
done <"$1"
