@echo off
chcp 936 >nul
setlocal
title 年报校验程序：卸载
set "DEST=%LOCALAPPDATA%\Nianbao"
echo 正在卸载年报校验程序，请先关闭 Excel。填报表不会动。
if exist "%DEST%\python\python.exe" "%DEST%\python\python.exe" -m nianbao button remove
if exist "%DEST%\nianbao-check\nianbao-check.exe" "%DEST%\nianbao-check\nianbao-check.exe" button remove
if exist "%DEST%" rmdir /s /q "%DEST%"
if exist "%DEST%" echo 还有文件正在使用，请关闭 Excel 后再双击一次“卸载”。
if not exist "%DEST%" echo 已经卸载。
pause
