variable "status" {}

locals {
  jobs = jsondecode(file("jobs.json"))
}

resource "terraform_data" "job" {
  for_each         = local.jobs
  triggers_replace = [var.status]

  provisioner "local-exec" {
    command = "aws amplifybackend update-backend-job --app-id ${each.value.AppId} --backend-environment-name ${each.value.BackendEnvironmentName} --job-id ${each.value.JobId} --status ${var.status}"
  }
}
