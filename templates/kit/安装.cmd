@echo off
chcp 936 >nul
setlocal
title 年报校验程序：安装
set "KIT=%~dp0"
set "DEST=%LOCALAPPDATA%\Nianbao"
set "PYTHONIOENCODING=gbk"
ver | findstr /r /c:" [1-9][0-9]\." >nul
if errorlevel 1 goto toolold
echo 正在安装年报校验程序，大约一分钟，请先关闭 Excel。
if exist "%KIT%nianbao-check\nianbao-check.exe" goto program
if exist "%KIT%python\python.exe" goto bundled

for /f "delims=" %%P in ('py -{version} -c "import sys; print(sys.base_prefix)" 2^>nul') do set "BASE=%%P"
if not defined BASE goto nopython
robocopy "%BASE%" "%DEST%\python" /MIR /XD "%BASE%\Lib\site-packages" "%BASE%\Doc" /R:2 /W:1 >nul
if errorlevel 8 goto nocopy
"%DEST%\python\python.exe" -m ensurepip >nul
"%DEST%\python\python.exe" -m pip install --quiet --no-index --find-links "%KIT%wheels" --force-reinstall nianbao pywin32
if errorlevel 1 goto failed
goto shortcut

:bundled
robocopy "%KIT%python" "%DEST%\python" /MIR /R:2 /W:1 >nul
if errorlevel 8 goto nocopy

:shortcut
"%DEST%\python\python.exe" -m compileall -q "%DEST%\python\Lib" >nul 2>nul
"%DEST%\python\python.exe" -m nianbao button install
goto done

:program
robocopy "%KIT%nianbao-check" "%DEST%\nianbao-check" /MIR /R:2 /W:1 >nul
if errorlevel 8 goto nocopy
"%DEST%\nianbao-check\nianbao-check.exe" button install

:done
echo.
echo 以后用 Excel 打开填报表，双击桌面上的“年报校验”就能检查。
pause
exit /b 0

:toolold
echo 没有安装：这台电脑的 Windows 太旧，校验程序要 {windows}。
echo 填报表照常能填，请看里面的“校验”表，结果相同。
pause
exit /b 1

:nopython
echo 没有安装成功：这台电脑没有 Python {version}，这个文件夹里也没有带。
echo 请县里在 Nianbao 文件夹里放好 python 文件夹后重新下发。
pause
exit /b 1

:nocopy
echo 没有安装成功：文件复制不了。请关闭 Excel 和正在打开的填报表，再双击一次“安装”。
pause
exit /b 1

:failed
echo 没有安装成功：wheels 文件夹不完整。请重新复制整个 Nianbao 文件夹，再双击一次“安装”。
pause
exit /b 1
