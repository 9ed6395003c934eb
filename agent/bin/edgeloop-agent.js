#!/usr/bin/env -S node --max-semi-space-size=1 --no-opt --single-threaded-gc
// The flags keep the supervisor 10 MB smaller: it makes little garbage and hardly computes. They must be there from the
// start: V8 may crash when they are set in a running process.
import '../dist/main.js';
