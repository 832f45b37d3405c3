"""The sentences about grids, beside those of the readers."""

from __future__ import annotations

# code -> (Chinese, English), as in mrv.uploads.readers.messages.TEXTS
GRID_TEXTS: dict[str, tuple[str, str]] = {
    "GRID_MISSING": (
        "缺少这些格网：{missing}。请各用一个文件（CSV、GeoTIFF 或 NetCDF）上传。",
        "These grids are missing: {missing}. Hand each in as a file (CSV, GeoTIFF or NetCDF).",
    ),
    "GRID_UNNAMED": (
        "看不出“{grid}”是哪种格网。请放入以其名称命名的文件夹（如 precipitation/），或在本页逐个选择。",
        "It cannot be seen which grid “{grid}” is. Put it into a folder of its name (such as precipitation/), or "
        "choose the files one by one on this page.",
    ),
    "GRID_TWICE": (
        "“{quantity}”有两个文件：“{grid}”是第二个。请只留一个。",
        "There are two files for “{quantity}”: “{grid}” is the second. Leave one.",
    ),
    "GRID_SOURCE_MISSING": (
        "请写明来源：{missing}。结果会列出气候和土壤 CO₂ 数据的来源。",
        "Say where it comes from: {missing}. The result states the sources of climate and soil CO₂.",
    ),
    "GRID_BROKEN": (
        "“{grid}”无法读取（{reason}）。请重新导出后再上传。",
        "“{grid}” cannot be read ({reason}). Export it again and hand it in.",
    ),
    "GRID_TOO_LARGE": (
        "“{grid}”有 {count} 个值，最多 {most} 个。请先裁剪到项目所在省。",
        "“{grid}” has {count} values, at most {most} are read. Cut it to the project's province first.",
    ),
    "GRID_TOO_SMALL": (
        "“{grid}”只有 {columns} × {rows} 个格点，不成格网。请检查文件。",
        "“{grid}” has only {columns} x {rows} points: no grid. Check the file.",
    ),
    "GRID_ELSEWHERE": (
        "“{grid}”不覆盖本省任何一个县。请检查其经纬度。",
        "“{grid}” covers none of the province's counties. Check its longitudes and latitudes.",
    ),
    "GRID_NO_PLACE": (
        "“{grid}”没有经纬度信息。请导出带坐标的 GeoTIFF 或含 lon、lat 的 NetCDF。",
        "“{grid}” does not say where it lies. Export a GeoTIFF with its place, or a NetCDF with lon and lat.",
    ),
    "GRID_PROJECTED": (
        "“{grid}”不是经纬度格网。请先转换为 CGCS2000 或 WGS 84 经纬度。",
        "“{grid}” is not in longitude and latitude. Convert it to CGCS2000 or WGS 84 degrees first.",
    ),
    "GRID_TURNED": (
        "“{grid}”的格网是旋转的。请重采样为正北方向的经纬度格网。",
        "The grid of “{grid}” is turned. Resample it to one along longitude and latitude.",
    ),
    "GRID_NOT_REGULAR": (
        "“{grid}”的格点间距不一致。请使用等间距的经纬度格网。",
        "The points of “{grid}” are not evenly spaced. Use a regular grid in longitude and latitude.",
    ),
    "GRID_NOT_NUMBERS": (
        "“{grid}”是图像（{found}），不是数值。请导出单波段数值栅格。",
        "“{grid}” is a picture ({found}), not numbers. Export the values as one band.",
    ),
    "GRID_LAYERS": (
        "“{grid}”有 {count} 层；可用的是一层（多年平均），或整年的逐月数据。",
        "“{grid}” has {count} layers; usable are one (a mean year) or the months of whole years.",
    ),
    "GRID_VARIABLE_UNCLEAR": (
        "“{grid}”中含经纬度的变量不是恰好一个：{found}。请只留要用的一个。",
        "“{grid}” has not exactly one variable over longitude and latitude: {found}. Leave the one that counts.",
    ),
    "GRID_HEADING": (
        "“{grid}”的表头应为经度、纬度和一个数值列；现有：{found}。",
        "The heading of “{grid}” must be longitude, latitude and one value; found: {found}.",
    ),
    "GRID_NUMBER": (
        "“{grid}”第 {row} 行的“{text}”不是数值。请更正。",
        "“{text}” in row {row} of “{grid}” is not a number. Correct it.",
    ),
    "GRID_REPEATED": (
        "“{grid}”中经度 {longitude}、纬度 {latitude} 的格点出现两次。请删去一个。",
        "The point at longitude {longitude}, latitude {latitude} stands twice in “{grid}”. Take one out.",
    ),
    "GRID_UNIT_UNKNOWN": (
        "“{grid}”的单位“{unit}”无法识别；可用：{known}。请在本页选择单位。",
        "The unit “{unit}” of “{grid}” is not known; known are: {known}. Choose the unit on this page.",
    ),
    "GRID_UNIT_ASSUMED": (
        "“{grid}”没有写明单位，按 {unit} 读取。请核对。",
        "“{grid}” states no unit; {unit} was taken. Check it.",
    ),
    "GRID_VALUE_OUTSIDE": (
        "“{grid}”有 {count} 个格网的值不在 {low} – {high} 内，首个为 {value}（经度 {longitude}、纬度 {latitude}）。"
        "请核对单位和缺测值。",
        "{count} cells of “{grid}” are outside {low} – {high}, the first is {value} (longitude {longitude}, latitude "
        "{latitude}). Check the unit and the value for “no data”.",
    ),
    "GRID_READ": (
        "“{grid}”：{format}，{columns} × {rows} 格，{layers} 层，单位 {unit}。",
        "“{grid}”: {format}, {columns} x {rows} cells, {layers} layers, unit {unit}.",
    ),
    "GRID_JOINED": (
        "降水格网过细，每 {factor} × {factor} 格合并为一格。",
        "The grid of the precipitation is fine; {factor} x {factor} cells were joined into one.",
    ),
    "GRID_OUTSIDE_COUNTIES": (
        "{count} 个格网的中心不在任何一个县内，未使用。",
        "{count} cells have their centre in no known county; they are not used.",
    ),
    "GRID_INCOMPLETE": (
        "{count} 个格网缺少其他格网的值（首先是“{grid}”），未使用。",
        "{count} cells lack a value of another grid (first of “{grid}”); they are not used.",
    ),
    "GRID_NO_CELLS": (
        "没有一个格网同时有全部数值且位于已知县内。请检查各格网的范围是否重叠。",
        "No cell has all values and lies in a known county. Check that the grids overlap.",
    ),
    "COUNTY_UNKNOWN": (
        "第 {row} 行没有县名，其位置也不在任何已知县内。请填写县名或更正坐标。",
        "Row {row} has no county, and its place lies in none that is known. Give the county or correct the place.",
    ),
    "SOURCE_UNSTATED": (
        "第 {row} 行“{column}”列：第一行应写明来源。",
        "Row {row}, column “{column}”: the first row must state the source.",
    ),
}
