"""Tables of PDF files with pdfplumber. `python paper.py FILE...`; prints CPU seconds."""

import sys
import time

import pdfplumber

if __name__ == "__main__":
    started = time.process_time()
    for path in sys.argv[1:]:
        with pdfplumber.open(path) as document:
            for page in document.pages:
                page.extract_tables()
    print(time.process_time() - started)
