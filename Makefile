# Every target is one script of scripts/, which says what it does at its top.
.PHONY: run test bench build site setup setup-test kill9 disk-full fuzz pictures fmt clean

run:         ## install what is missing, build, start on http://127.0.0.1:3000
	@scripts/run.sh

test:        ## every check and every test; ends with "N passed, N failed"
	@scripts/test.sh

bench:       ## measure the release build beside a bare Axum handler
	@scripts/bench.sh

build:       ## the release binary with the site inside it: target/release/tenon
	@scripts/build.sh

site:        ## the site for development, into target/site
	@scripts/site.sh dev

setup:       ## the tools that building needs
	@scripts/setup.sh

setup-test:  ## the tools that testing needs besides
	@scripts/setup-test.sh

kill9:       ## kill the server amid 64 writers, ROUNDS times (default 100), on ENGINE (sqlite, postgres or both)
	@scripts/faults.sh kill9

disk-full:   ## fill the disk under a running server (needs root, for a small file system)
	@scripts/faults.sh disk-full

fuzz:        ## feed every parser of outside text random input for SECONDS_EACH (default 60); TARGET and SEED pick
	@scripts/fuzz.sh

pictures:    ## the screenshots in docs/
	@scripts/pictures.sh

fmt:
	@cargo fmt --all

clean:
	@cargo clean
	@rm -rf .tools end2end/node_modules end2end/test-results
