"""Messages about activity logs (L). L1xx content of rows, L2xx reading, L3xx rows against the other inputs.

L2xx also serve unit registers: both are tables read by the same readers.
"""

from __future__ import annotations

from typing import Literal

_CONTENT: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "L101": (
        "warning",
        "所用各列与 {kept} 完全相同，只计一次。若确为两件事，请补充编号或时间加以区分。",
        "equals {kept} in every column used and is counted once. If two things happened, tell them apart by id or time.",
    ),
    "L102": (
        "warning",
        "没有单位（“{name}”列为空）。请填写单位编号或名称。",
        "has no unit (column '{name}' is empty). Fill in the unit's id or name.",
    ),
    "L103": (
        "warning",
        "没有事项类型（“{name}”列为空）。请填写类型，例如 document_published 或“文件公布”。",
        "has no kind (column '{name}' is empty). Fill it in, for example document_published.",
    ),
    "L104": (
        "warning",
        "没有日期（“{name}”列为空）。请填写日期，例如 2019-05-15；日期不明的事项不能计入。",
        "has no date (column '{name}' is empty). Fill it in, for example 2019-05-15; an undated event cannot count.",
    ),
    "L105": (
        "warning",
        "编号“{value}”在 {others} 也用过，内容却不同，无法判断以哪一行为准，各行都不使用。请改正编号或删去作废的行。",
        "id '{value}' also stands in {others} with other content; nobody can tell which row holds, so none is "
        "used. Correct the id or delete the row that was withdrawn.",
    ),
    "L106": (
        "warning",
        "“{name}”列的结束时间 {value} 早于开始时间 {start}。请核对两个日期。",
        "column '{name}': the end {value} lies before the start {start}. Check both dates.",
    ),
    "L107": (
        "warning",
        "映射文件的 events 中没有一条适用于这一行。请补一条规则，或用 skip_rows_where 说明这类行不计入。",
        "no rule under events of the mapping file fits this row. Add a rule, or say by skip_rows_where that such "
        "rows do not count.",
    ),
    "L108": (
        "warning",
        "按映射文件的 skip_rows_where 不使用（“{name}”列为“{value}”）。",
        "is skipped as skip_rows_where of the mapping file says (column '{name}' is '{value}').",
    ),
    "L109": (
        "warning",
        "重复了表头，不是记录。合并文件时留下的表头可以删去。",
        "repeats the header and is no record. Headers left over from joining files can be deleted.",
    ),
    "L111": (
        "warning",
        "“{name}”列的“{value}”分不清月和日。请写成 2018-08-07，或在映射文件中用 order: mdy（月/日/年）或 dmy 说明。",
        "column '{name}': '{value}' does not tell month from day. Write 2018-08-07, or say order: mdy or dmy in "
        "the mapping file.",
    ),
    "L112": (
        "warning",
        "“{name}”列的“{value}”只有两位年份。请写全四位年份，例如 2018-08-07。",
        "column '{name}': '{value}' has a year of two digits. Write all four, for example 2018-08-07.",
    ),
    "L113": (
        "warning",
        "“{name}”列的“{value}”：没有这一天。请核对日期。",
        "column '{name}': there is no day '{value}'. Check the date.",
    ),
    "L114": (
        "warning",
        "“{name}”列的“{value}”不完整，缺年、月或日。请写全，例如 2018-08-07。",
        "column '{name}': '{value}' lacks its year, month or day. Write the whole date, for example 2018-08-07.",
    ),
    "L115": (
        "warning",
        "“{name}”列的“{value}”是相对的说法，不知是哪一天。请写日期，例如 2018-08-07。",
        "column '{name}': '{value}' is relative, nobody knows to which day. Write a date, for example 2018-08-07.",
    ),
    "L116": (
        "warning",
        "“{name}”列的“{value}”只是一个数。若是 Excel 日期序号，请在映射文件中写 serial: true；否则请写 2018-08-07。",
        "column '{name}': '{value}' is a bare number. If it is an Excel day number, say serial: true in the mapping "
        "file; otherwise write 2018-08-07.",
    ),
    "L117": (
        "warning",
        "“{name}”列的“{value}”含不止一个日期。请只留一个，起止时间分两列填写。",
        "column '{name}': '{value}' holds more than one date. Keep one; put start and end into two columns.",
    ),
    "L118": (
        "warning",
        "“{name}”列的“{value}”：没有这样的时刻或时区。请写 00:00 至 23:59。",
        "column '{name}': '{value}' has no such time of day or time zone. Write 00:00 to 23:59.",
    ),
    "L119": (
        "warning",
        "“{name}”列的“{value}”不是日期。请写成 2018-08-07；没有日期就留空。",
        "column '{name}': '{value}' is no date. Write 2018-08-07; leave the cell empty if there is none.",
    ),
    "L120": (
        "warning",
        "“{name}”列文字中的日期读不出（{reason}），该项按空处理：“{value}”。请核对原文。",
        "column '{name}': the date in the text cannot be read ({reason}) and is left empty: '{value}'. Check the "
        "original.",
    ),
    "L121": (
        "warning",
        "“{name}”列的“{value}”：年份不在 1900 至 2100 之间。请核对；表示“长期”时请留空。",
        "column '{name}': the year of '{value}' is outside 1900 to 2100. Check it; leave 'for ever' empty.",
    ),
    "L122": (
        "warning",
        "“{name}”列的“{value}”是被遮盖或占位的日期。请填写真实日期，或留空。",
        "column '{name}': '{value}' is a masked or placeholder date. Write the real date or leave the cell empty.",
    ),
}

_FILES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "L200": (
        "note",
        "另有 {more} 条 {check} 警告没有逐条列出（只列前 {shown} 条）。",
        "{more} more warnings {check} are not listed one by one (the first {shown} are).",
    ),
    "L201": (
        "error",
        "打不开文件：{detail_zh}。请检查路径、文件名和权限。",
        "the file cannot be opened: {detail_en}. Check path, name and permissions.",
    ),
    "L202": (
        "error",
        "文件是空的。请检查是否拿错了文件，或导出时出了错。",
        "the file is empty. Check that it is the right file and that the export worked.",
    ),
    "L203": (
        "warning",
        "第 {header} 行是表头，但下面没有数据。若本应有数据，请检查导出条件。",
        "row {header} is the header, but no data follow. If there should be any, check what was exported.",
    ),
    "L204": (
        "error",
        "第 {header} 行不像表头：{found}。请在数据上方加一行列名（{required}）；表头不在第一行时请用映射文件的 header 说明。",
        "row {header} does not look like a header: {found}. Put a row of column names above the data ({required}); "
        "if the header stands elsewhere, say so by header in a mapping file.",
    ),
    "L205": (
        "error",
        "列名重复：{names}。请改名，或只保留一列。",
        "column names are repeated: {names}. Rename the columns or keep one of each.",
    ),
    "L206": (
        "error",
        "缺少必需的列：{missing}。现有的列：{found}。{near_zh}请改列名，或用映射文件说明各列的含义。",
        "required columns are missing: {missing}. Columns found: {found}. {near_en}Rename the columns, or say what "
        "they mean in a mapping file.",
    ),
    "L207": (
        "error",
        "文件不是可以读出的文字：{detail}。请在编辑器或 Excel 中另存为 UTF-8 编码的 CSV。",
        "the file is not readable text: {detail}. Save it as CSV in UTF-8.",
    ),
    "L208": (
        "error",
        "不知道怎样读“{suffix}”文件。可用：{known}。{hint_zh}",
        "no way is known to read a '{suffix}' file. Known: {known}.{hint_en}",
    ),
    "L209": (
        "error",
        "读取这种文件需要 {package}。请运行：pip install 'gongkai-score[{extra}]'",
        "reading such a file needs {package}. Run: pip install 'gongkai-score[{extra}]'",
    ),
    "L210": (
        "error",
        "不能作为 {format} 文件打开：{detail}。文件可能已损坏或扩展名不对，请重新导出，或用原软件另存一次。",
        "cannot be opened as {format}: {detail}. It may be damaged or wrongly named: export it again, or save it anew "
        "with the program that wrote it.",
    ),
    "L211": (
        "error",
        "没有名为“{sheet}”的工作表。现有：{found}。",
        "there is no sheet '{sheet}'. Found: {found}.",
    ),
    "L212": (
        "error",
        "看不出表头用什么分隔：{found}。请用逗号分隔，或在映射文件中写 delimiter。",
        "the header does not show what separates its cells: {found}. Use commas, or say delimiter in a mapping file.",
    ),
    "L213": (
        "error",
        "按声明的编码 {encoding} 读不出（第 {near} 行附近）。请改正映射文件的 encoding，或删去它让程序自行辨认。",
        "cannot be read in the declared encoding {encoding} (near line {near}). Correct encoding in the mapping file, "
        "or remove it to have it recognised.",
    ),
    "L214": (
        "error",
        "数据库查询失败：{detail}。请核对语句和表名。",
        "the database query failed: {detail}. Check the statement and the names of tables.",
    ),
    "L215": (
        "error",
        "只接受查询语句（SELECT 或 WITH），现在是：{found}。",
        "only queries (SELECT or WITH) are accepted, found: {found}.",
    ),
    "L216": (
        "error",
        "不能读取 {found}。请给出文件路径、pandas 数据框、SqlQuery，或它们的列表。",
        "cannot read {found}. Give a path, a pandas data frame, an SqlQuery, or a list of those.",
    ),
    "L217": (
        "error",
        "第 {number} 列有内容却没有列名。请给它加上列名。",
        "column {number} has content but no name. Give it one.",
    ),
    "L218": (
        "error",
        "“{first}”列和“{second}”列都表示 {field}。请只保留一列，或用映射文件说明各列的含义。",
        "columns '{first}' and '{second}' both mean {field}. Keep one, or say what they mean in a mapping file.",
    ),
    "L219": (
        "error",
        "两个输入都叫“{source}”，出处会分不清。请改名，或只读一次。",
        "two inputs are both called '{source}', so places could not be told apart. Rename one or read it once.",
    ),
    "L220": (
        "error",
        "整理好的台账文件在写出之后被改动过，不能再用。请从原始文件重新读取，再写出一次。",
        "the file of an indexed log was changed after it was written and cannot be used. Read the original files and "
        "write it again.",
    ),
    "L221": (
        "error",
        "整理好的台账已按写出时的条件核对过：{what_zh}。请从原始文件按现在的条件重新读取。",
        "an indexed log was checked when it was written: {what_en}. Read the original files as you want them now.",
    ),
    "L222": (
        "error",
        "无法写出台账文件：{detail_zh}。原有文件未改动。",
        "the file of the log cannot be written: {detail_en}. An existing file is unchanged.",
    ),
    "L228": (
        "error",
        "severity 中的“{check}”不是可以调整的检查。可用：{near}。",
        "'{check}' in severity is no check that can be set. Known: {near}.",
    ),
    "L229": (
        "error",
        "severity 中 {check} 的“{action}”不可用。请写：{actions}。",
        "severity of {check} cannot be '{action}'. Write one of: {actions}.",
    ),
    "L230": (
        "error",
        "{check} 不能设为 {action}：这样的行无法使用，最轻只能是 {mildest}。",
        "{check} cannot be {action}: such a row cannot be used; the mildest is {mildest}.",
    ),
}

_ROWS: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "L231": (
        "warning",
        "这一行有 {cells} 格，表头有 {expected} 格。请检查多余或缺少的分隔符；含分隔符的内容要加引号。开头是“{value}”。",
        "has {cells} cells where the header has {expected}. Look for separators too many or too few; put cells that "
        "contain one in quotes. It begins '{value}'.",
    ),
    "L232": (
        "warning",
        "引号没有配对，或引号外还有文字：“{value}”。请补上引号；内容中的引号要写两遍。",
        "quotes do not match, or text follows a closing quote: '{value}'. Complete them; write a quote inside a cell "
        "twice.",
    ),
    "L233": (
        "warning",
        "这一行不是 JSON 对象（{detail}）：“{value}”。每行应是一个完整的 {{…}}。",
        "is not a JSON object ({detail}): '{value}'. Each line holds one whole {{…}}.",
    ),
    "L234": (
        "warning",
        "“{name}”的值不是文字、数、真假值或它们的列表：“{value}”。请拆成单独的列。",
        "'{name}' is no text, number, true or false, or list of those: '{value}'. Split it into columns of its own.",
    ),
    "L235": (
        "warning",
        "“{name}”列（{cell}）是错误值 {value}，不能当作空格。请在 Excel 中改正公式后保存。",
        "column '{name}' ({cell}) holds the error {value}, which must not pass for an empty cell. Correct the formula "
        "in Excel and save.",
    ),
    "L236": (
        "warning",
        "“{name}”列（{cell}）的公式没有保存结果，程序不计算公式。请用 Excel 打开并保存一次。",
        "column '{name}' ({cell}) holds a formula without a saved result, and formulas are never computed here. Open the "
        "workbook in Excel and save it.",
    ),
    "L237": (
        "warning",
        "“{name}”列的数 {value} 超过 15 位，末几位可能已被 Excel 舍去。请把该列设为文本后重新填写。",
        "column '{name}': the number {value} has more than 15 digits, Excel may have dropped the last ones. Format the "
        "column as text and enter it again.",
    ),
    "L238": (
        "note",
        "{ranges} 是合并单元格：只有左上角一格有内容，其余按空读取。请取消合并并逐行填写。",
        "{ranges} are merged cells: only the first cell has content, the others read as empty. Unmerge them and fill "
        "every row.",
    ),
    "L239": (
        "warning",
        "工作簿有 {count} 个工作表，只读了“{sheet}”，没有读：{others}。请用 sheet 指明，或分别读取。",
        "the workbook has {count} sheets; only '{sheet}' was read, not: {others}. Name one by sheet, or read each.",
    ),
    "L241": (
        "note",
        "旧式 .xls 文件无法分辨错误值（#DIV/0! 等）和空格。请另存为 .xlsx 再读。",
        "an old .xls file does not tell errors such as #DIV/0! from empty cells. Save it as .xlsx to be sure.",
    ),
    "L240": (
        "warning",
        "“{name}”列作为一般属性读取。是否想写“{near}”？",
        "column '{name}' is read as an ordinary attribute. Did you mean '{near}'?",
    ),
}

_AGAINST: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "L301": (
        "warning",
        "“{name}”列的单位“{value}”不在单位名册中。{near_zh}请改正，或先登记该单位。",
        "column '{name}': unit '{value}' is not in the register of units. {near_en}Correct it, or register the unit "
        "first.",
    ),
    "L302": (
        "warning",
        "“{name}”列的“{value}”不是已知的事项类型。{near_zh}请改正，或在指标体系的 events 中声明。",
        "column '{name}': '{value}' is no known kind of event. {near_en}Correct it, or declare it under events of the "
        "indicator set.",
    ),
    "L303": (
        "warning",
        "关联编号“{value}”在台账中没有对应的 {starts}。请核对编号，或补录该事项。",
        "ref '{value}' matches no {starts} in the log. Check the key, or enter that event.",
    ),
    "L304": (
        "warning",
        "“{value}”的 {kind}（{at}）早于其 {start_kind}（{start}）。请核对两个日期。",
        "{kind} of '{value}' ({at}) lies before its {start_kind} ({start}). Check both dates.",
    ),
    "L305": (
        "warning",
        "{at} 时单位“{value}”尚未成立或已撤销（{active}）。请核对日期和单位名册。",
        "unit '{value}' does not exist on {at} ({active}). Check the date and the register of units.",
    ),
    "L306": (
        "warning",
        "{kind} 没有关联编号，无法知道它对应哪一件 {starts}。请填写。",
        "{kind} has no ref, so nobody knows which {starts} it belongs to. Fill it in.",
    ),
}

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    **_CONTENT,
    **_FILES,
    **_ROWS,
    **_AGAINST,
}
