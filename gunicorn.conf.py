"""How gunicorn serves; it reads this file wherever it is started in this folder."""

# A worker without threads waits 30 seconds for whoever connects and says nothing, as browsers do to be quick later.
worker_class = "gthread"
threads = 8
