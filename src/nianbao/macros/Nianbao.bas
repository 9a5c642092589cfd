Attribute VB_Name = "Nianbao"
Option Explicit

' The buttons of the annual report workbook. Each starts the checking program of this PC
' on the open workbook; nothing else happens here. ASCII only: the code page of a project
' would garble Chinese, so the messages stand on the hidden sheet xlwings.conf.

Public Sub NianbaoCheck()
    Press "main", "import nianbao.button; nianbao.button.main()"
End Sub

Public Sub NianbaoNext()
    Press "next_finding", "import nianbao.button; nianbao.button.next_finding()"
End Sub

Public Sub NianbaoZeros()
    Press "fill_zeros", "import nianbao.button; nianbao.button.fill_zeros()"
End Sub

Public Sub NianbaoExport()
    Press "export", "import nianbao.button; nianbao.button.export()"
End Sub

Private Sub Press(ByVal Verb As String, ByVal Command As String)
#If Mac Then
    ' Excel for Mac cannot start it; a look-up of our own, as xlwings is not touched here.
    Dim Said As Range
    Set Said = ThisWorkbook.Worksheets("xlwings.conf").Range("A:B")
    MsgBox Application.VLookup("NIANBAO_MAC", Said, 2, False), vbExclamation
#Else
    ' A county without Python hands out one program file; it goes first where it is there.
    If xlwings.FileExists(GetConfig("NIANBAO_EXE")) Then
        RunFrozenPython GetConfig("NIANBAO_EXE"), Verb
    ElseIf xlwings.FileExists(GetConfig("INTERPRETER_WIN")) Then
        RunPython Command
    Else
        MsgBox GetConfig("NIANBAO_MISSING"), vbExclamation
    End If
#End If
End Sub
