# SPDX-License-Identifier: Apache-2.0
"""Is standard input a JSON Feed 1.1?  Required members, types, dates, unique
ids; extensions begin with an underscore and are objects."""
import json, re, sys

TEXT = str
FEED = {'version': TEXT, 'title': TEXT, 'home_page_url': TEXT,
    'feed_url': TEXT, 'description': TEXT, 'user_comment': TEXT,
    'next_url': TEXT, 'icon': TEXT, 'favicon': TEXT, 'authors': list,
    'language': TEXT, 'expired': bool, 'hubs': list, 'items': list}
ITEM = {'id': TEXT, 'url': TEXT, 'external_url': TEXT, 'title': TEXT,
    'content_html': TEXT, 'content_text': TEXT, 'summary': TEXT,
    'image': TEXT, 'banner_image': TEXT, 'date_published': TEXT,
    'date_modified': TEXT, 'authors': list, 'tags': list, 'language': TEXT,
    'attachments': list}
DATE = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$')


def members(what, known, required):
    for name, value in what.items():
        if name.startswith('_'):
            assert isinstance(value, dict), name
        else:
            assert isinstance(value, known[name]), name
    for name in required:
        assert name in what, name


feed = json.load(sys.stdin)
members(feed, FEED, ['version', 'title', 'items'])
assert feed['version'] == 'https://jsonfeed.org/version/1.1'
for item in feed['items']:
    members(item, ITEM, ['id'])
    assert 'content_text' in item or 'content_html' in item
    assert all(isinstance(t, str) for t in item.get('tags', []))
    for date in ('date_published', 'date_modified'):
        assert date not in item or DATE.match(item[date]), item[date]
ids = [item['id'] for item in feed['items']]
assert len(ids) == len(set(ids)), 'ids repeat'
