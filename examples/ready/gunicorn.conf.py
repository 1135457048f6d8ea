"""gunicorn, behind nginx."""

bind = "0.0.0.0:8000"
workers = 3
threads = 4
timeout = 30
graceful_timeout = 25
keepalive = 5
max_requests = 1000
max_requests_jitter = 100
worker_tmp_dir = "/dev/shm"
accesslog = "-"
errorlog = "-"
access_log_format = '%({x-forwarded-for}i)s "%(r)s" %(s)s %(b)s %(M)sms %({x-request-id}o)s'
