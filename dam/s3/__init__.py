"""The S3 side of dam.storage, the only place that knows boto3 and django-storages."""

from dam.s3.storage import WriteOnceStorage

__all__ = ["WriteOnceStorage"]
