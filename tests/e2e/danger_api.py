# SPDX-License-Identifier: Apache-2.0
"""PyPI's API for observers as documented (v0, "danger"), on loopback.

danger_api.py PORT_FILE LOG: takes what the API takes and refuses the rest;
writes a line of JSON for each request.  Projects named gone, forbidden, busy,
moved and broken answer as their names say.
"""
import http.server
import json
import re
import sys

MEDIA = 'application/vnd.pypi.api-v0-danger+json'
TOKEN = 'Bearer pypi-AgENdGVzdC5pbnZhbGlk'
KINDS = ('is_malware', 'is_spam', 'is_dependency_confusion', 'something_else')
SPECIAL = {'gone': 404, 'forbidden': 403, 'busy': 429, 'broken': 500}


def judge(path, headers, body):
    m = re.fullmatch(r'/danger-api/projects/([a-z0-9-]+)/observations', path)
    if not m:
        return 404, 'no such page'
    if headers.get('Authorization') != TOKEN:
        return 403, 'no permission'
    if m.group(1) in SPECIAL:
        return SPECIAL[m.group(1)], 'as its name says \x1b[31m'
    if headers.get('Content-Type') != MEDIA or headers.get('Accept') != MEDIA:
        return 415, 'media type'
    try:
        o = json.loads(body)
    except ValueError:
        return 400, 'no JSON'
    if o.get('kind') not in KINDS or not isinstance(o.get('summary'), str):
        return 400, 'kind or summary'
    if not str(o.get('inspector_url', '')).startswith(
            'https://inspector.pypi.io/project/'):
        return 400, 'inspector_url'
    return 202, m.group(1)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('Content-Length', '0')))
        if '/moved/' in self.path:
            self.send_response(307)
            self.send_header('Location', '/danger-api/projects/evil/observations')
            self.send_header('Content-Length', '0')
            self.end_headers()
            status = 307
        else:
            status, text = judge(self.path, self.headers, body)
            answer = json.dumps({'project': text, 'thanks': 'for the observation'}
                                if status == 202 else {'detail': text}).encode()
            self.send_response(status)
            self.send_header('Content-Type', MEDIA)
            self.send_header('Content-Length', str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        with open(sys.argv[2], 'a') as log:
            log.write(json.dumps({'path': self.path, 'status': status,
                                  'body': body.decode()}) + '\n')

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
with open(sys.argv[1], 'w') as f:
    f.write(str(server.server_port))
server.serve_forever()
