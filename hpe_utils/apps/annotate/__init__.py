"""A tool to annotate joints and parts: `hpe annotate` in the browser, `hpe_utils.widgets.Annotator` in a notebook.

book.py is the file that is written, puppet.py what a body is for who drags it, desk.py answers what the page asks,
server.py serves it, agreement.py compares and merges two annotators, coco.py writes COCO's form; page/ is the one
JavaScript for both places.
"""
