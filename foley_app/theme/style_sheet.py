"""The style sheet, written from a palette: 8 px grid, controls 28 px high, quiet lines."""

from __future__ import annotations

from string import Template

from foley_app.theme.palette import Palette

_TEMPLATE = Template("""
QMainWindow, QDialog { background: $panel; color: $text; }
QWidget { color: $text; }
QToolTip { background: $lane_header; color: $text; border: 1px solid $line; padding: 4px 6px; }

QMenuBar { background: $panel; padding: 0 4px; border-bottom: 1px solid $line; }
QMenuBar::item { background: transparent; padding: 10px 7px; margin: 0; border-radius: 4px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $control_hover; color: $text_strong; }
QMenu { background: $lane_header; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 28px; border-radius: 4px; }
QMenu::item:selected { background: $accent_fill; color: $on_accent; }
QMenu::item:disabled { color: $text_quiet; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 8px; }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton {
    background: $control; color: $text; border: 1px solid $border; border-radius: 6px;
    padding: 0 14px; min-height: 26px;
}
QPushButton:hover { background: $control_hover; color: $text_strong; }
QPushButton:pressed { background: $line; }
QPushButton:disabled { color: $text_quiet; background: transparent; }
QPushButton:focus { border-color: $accent; }
QPushButton:default { background: $accent_fill; color: $on_accent; border-color: $accent_fill; }
QPushButton:default:focus { border-color: $text_strong; }
QPushButton:default:disabled { background: $control; color: $text_quiet; border-color: $border; }

QToolButton {
    background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 0 6px;
    min-width: 16px; min-height: 26px; color: $text;
}
QToolButton:hover { background: $control_hover; }
QToolButton:pressed { background: $line; }
QToolButton:checked { background: $selection; color: $text_strong; border-color: $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $text_quiet; }
QToolButton#chip { background: $control; }
QPushButton#choice { text-align: left; padding: 0 10px; }
QToolButton#chip:hover { background: $control_hover; }
QToolButton#chip:checked { background: $selection; }
QPushButton#link {
    color: $text_quiet; padding: 0; min-height: 20px; text-align: left; background: transparent; border: 0;
}
QPushButton#link:hover, QPushButton#link:focus { color: $text; text-decoration: underline; }
QToolButton#recent { text-align: left; }
QToolButton#tab { padding: 0 10px; }
QToolButton#tab:checked { background: $control_hover; border-color: transparent; }
QToolButton#tab:focus { border-color: $accent; }
QToolButton#command { background: $control; color: $text_quiet; padding: 0 12px; text-align: left; }
QToolButton#command:hover { color: $text; background: $control_hover; }

QLineEdit {
    background: $control; color: $text; border: 1px solid $border; border-radius: 5px;
    padding: 0 8px; min-height: 26px;
    selection-background-color: $accent_fill; selection-color: $on_accent;
}
QLineEdit:focus { border-color: $accent; }
QLineEdit:disabled { color: $text_quiet; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { background: transparent; border: 0; padding: 0; }
QComboBox QAbstractItemView {
    background: $lane_header; border: 1px solid $line; padding: 4px; outline: 0;
    selection-background-color: $accent_fill; selection-color: $on_accent;
}

QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; }
QCheckBox:disabled, QRadioButton:disabled { color: $text_quiet; }

QListView, QTreeView, QTableView {
    background: $lane; border: 1px solid $border; border-radius: 6px; outline: 0;
    alternate-background-color: $lane_header; gridline-color: $line;
    selection-background-color: $selection; selection-color: $text_strong;
}
QPlainTextEdit {
    background: $lane; border: 1px solid $border; border-radius: 6px; padding: 6px;
    selection-background-color: $accent_fill; selection-color: $on_accent;
}
QPlainTextEdit:focus { border-color: $accent; }
QListView:focus, QTreeView:focus, QTableView:focus { border-color: $accent; }
QListView::item { padding: 4px 8px; min-height: 20px; }
QTreeView::item, QTableView::item { padding: 0 8px; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {
    background: $selection; color: $text_strong;
}
QHeaderView::section {
    background: $lane_header; color: $text_quiet; border: 0; border-bottom: 1px solid $line; padding: 4px 8px;
}
QTableView QTableCornerButton::section { background: $lane_header; border: 0; }

QProgressBar {
    background: $control; border: 0; border-radius: 3px; min-height: 6px; max-height: 6px; text-align: center;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QSlider::groove:horizontal { height: 4px; background: $control_hover; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $text; width: 12px; height: 12px; margin: -4px 0; border-radius: 6px;
}
QSlider::handle:horizontal:hover { background: $text_strong; }
QSlider::handle:horizontal:focus { background: $text_strong; border: 2px solid $accent; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $control_hover; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text_quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }

QTabWidget::pane { border: 0; }
QTabBar::tab { padding: 6px 14px; color: $text_quiet; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text_strong; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }

QLabel#heading { font-weight: 600; color: $text_strong; }
QLabel#title { font-weight: 600; font-size: 20px; color: $text_strong; }
QLabel#documentName { font-weight: 600; color: $text_strong; padding: 0 12px 0 8px; }
QLabel#quiet, QLabel#status { color: $text_quiet; }
QLabel#good { color: $level; }
QLabel#warning { color: $doubt; }
QLabel#error { color: $error; }
QWidget#viewer { background: $viewer; }
QWidget#inspector { background: $panel; }
QWidget#startPage { background: $window; }
QWidget#statusStrip { background: $panel; border-top: 1px solid $line; }
QWidget#noteStrip { background: $lane_header; border-top: 1px solid $line; }
QWidget#transport { background: transparent; }
""")


def style_sheet(palette: Palette) -> str:
    """The whole style sheet in one palette's colours."""
    colours = {name: getattr(palette, name) for name in palette.__slots__ if name != "name"}
    is_dark = palette.name == "dark"
    return _TEMPLATE.substitute(
        colours,
        border=palette.control_hover if is_dark else palette.line,
        viewer=palette.line if is_dark else palette.control_hover,
    )
