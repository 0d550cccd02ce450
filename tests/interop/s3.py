"""The few things that the tests do to a bucket behind everybody's back, signed by botocore.

    s3.py make|list|uploads NAME/BUCKET[/PREFIX]
    s3.py get|put|remove|stat NAME/BUCKET/KEY       put reads standard input, get writes standard output
    s3.py stale NAME/BUCKET/KEY                     put, signed as of 16 minutes ago
    s3.py begin NAME/BUCKET/KEY                     an upload in parts that nobody ends
    s3.py copy NAME/BUCKET FOLDER                   all objects, as files

$S3_NAME is the server: http://ID:SECRET@HOST:PORT.  Certificates are not looked at.  The exit status is 1 when the
server says no.
"""

import datetime
import http.client
import os
import ssl
import sys
import urllib.parse
import xml.etree.ElementTree

import botocore.auth
import botocore.awsrequest
import botocore.credentials


class Refused(Exception):
    pass


class Server:
    def __init__(self, name):
        self.url = urllib.parse.urlsplit(os.environ["S3_" + name])
        place = self.url.hostname, self.url.port
        if self.url.scheme == "https":
            self.connection = http.client.HTTPSConnection(*place, timeout=30, context=ssl._create_unverified_context())
        else:
            self.connection = http.client.HTTPConnection(*place, timeout=30)

    def ask(self, method, path, body=b"", late=0, **query):
        target = urllib.parse.quote("/" + path, safe="/~")
        if query:
            target += "?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)
        request = botocore.awsrequest.AWSRequest(
            method, f"{self.url.scheme}://{self.url.hostname}:{self.url.port}{target}", data=body)
        keys = botocore.credentials.Credentials(self.url.username, self.url.password)
        clock = botocore.auth.get_current_datetime
        botocore.auth.get_current_datetime = lambda *words: clock(*words) - datetime.timedelta(seconds=late)
        botocore.auth.S3SigV4Auth(keys, "s3", "us-east-1").add_auth(request)
        botocore.auth.get_current_datetime = clock
        self.connection.request(method, target, body, dict(request.headers.items()))
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status // 100 != 2:
            raise Refused(f"{method} {path}: {answer.status} {said.decode(errors='replace')}")
        return said

    def listed(self, bucket, item, **query):
        """The keys of a listing."""
        keys, token = [], ""
        while token is not None:
            more = {"continuation-token": token} if token else {}
            tree = xml.etree.ElementTree.fromstring(self.ask("GET", bucket, **query, **more))
            keys += [one.findtext("{*}Key") for one in tree.findall("{*}" + item)]
            token = tree.findtext("{*}NextContinuationToken")
            if token is None and tree.findtext("{*}IsTruncated") == "true":
                raise Refused("the listing has more than one page")
        return keys


def say(keys):
    for key in keys:
        print(key)


def main(what, place, *folder):
    name, bucket, key = (place + "/").split("/", 2)
    server, key = Server(name), key.rstrip("/")
    path = f"{bucket}/{key}"
    if what == "make":
        server.ask("PUT", bucket)
    elif what == "list":
        say(server.listed(bucket, "Contents", **{"list-type": "2", "prefix": key}))
    elif what == "uploads":
        say(server.listed(bucket, "Upload", uploads="", prefix=key))
    elif what == "put":
        server.ask("PUT", path, sys.stdin.buffer.read())
    elif what == "get":
        sys.stdout.buffer.write(server.ask("GET", path))
    elif what == "remove":
        server.ask("DELETE", path)
    elif what == "stale":
        server.ask("PUT", path, sys.stdin.buffer.read(), late=960)
    elif what == "begin":
        server.ask("POST", path, uploads="")
    elif what == "stat":
        server.ask("HEAD", path)
    elif what == "copy":
        for key in server.listed(bucket, "Contents", **{"list-type": "2"}):
            path = os.path.join(folder[0], key)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(server.ask("GET", f"{bucket}/{key}"))
    else:
        raise Refused(f"what is {what}?")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Refused as why:
        sys.exit(str(why))
