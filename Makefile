# Every target sets up what it needs first; after the first time that costs a moment.
.PHONY: run test lint bench setup clean

VENV := .venv/bin

run: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		$(VENV)/foley-app --demo; \
	else \
		mkdir -p out && $(VENV)/foley demo -o out/demo-with-sound.mp4; \
	fi

test: setup
	QT_QPA_PLATFORM=offscreen $(VENV)/python -m pytest

lint: setup
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/pyright
	$(VENV)/lint-imports

bench: setup
	$(VENV)/python -m benchmarks

setup:
	@./setup.sh

clean:
	rm -rf .venv out dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
