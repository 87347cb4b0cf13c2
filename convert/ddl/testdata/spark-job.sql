-- These statements follow the documentation of Spark; no test has run them there.
ALTER TABLE batch_operations_report ADD IF NOT EXISTS
  PARTITION (job_id = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955', task_status = 'failed') LOCATION 'out/job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/task_status=failed/'
  PARTITION (job_id = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955', task_status = 'succeeded') LOCATION 'out/job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/task_status=succeeded/';
