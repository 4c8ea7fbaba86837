"""Messages about YAML documents in general (D). D00x–D01x syntax, D02x–D03x reading, D04x–D07x schema."""

from __future__ import annotations

from typing import Literal

_SYNTAX: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "D001": (
        "error",
        "不是合法的 YAML：{detail}。请检查此处的缩进、引号和冒号。",
        "this is not valid YAML: {detail}. Check indentation, quotes and colons here.",
    ),
    "D002": (
        "error",
        "此处有制表符（Tab）。YAML 只用空格缩进，请把制表符换成空格。",
        "a tab stands here. YAML is indented with spaces only: replace the tab with spaces.",
    ),
    "D003": (
        "error",
        "值不能以“{char}”开头。请给整个值加引号。",
        "a value cannot begin with '{char}'. Put the whole value in quotes.",
    ),
    "D004": (
        "error",
        "同一行出现第二个“: ”。若冒号属于文字内容，请给整个值加引号；若是下一级的键，请另起一行并缩进。",
        "a second ': ' stands in this line. If the colon belongs to the text, put the whole value in quotes; "
        "if a nested key is meant, write it on its own line, indented.",
    ),
    "D005": (
        "error",
        "此处用了全角冒号“：”，YAML 不认它。请改为半角冒号加一个空格，例如“{fix}”。",
        "a full-width colon '：' stands here, which YAML does not know. Write a plain colon and a space, "
        "for example '{fix}'.",
    ),
    "D006": (
        "error",
        "这一行应为“键: 值”，但缺少冒号，或冒号后没有空格：{found}。请写成“键: 值”。",
        "this line should be 'key: value', but the colon, or the space after it, is missing: {found}. "
        "Write 'key: value'.",
    ),
    "D007": (
        "error",
        "这一行缩进 {indent} 格，比上一行深，而上一行的键已经有值。请与上一行对齐，或去掉上一行的值。",
        "this line is indented by {indent} spaces, deeper than the line above, whose key already has a value. "
        "Align it with the line above, or remove that value.",
    ),
    "D008": (
        "error",
        "这一行缩进 {indent} 格，与第 {opened} 行（{expected} 格）开始的内容对不上；同一层也不能混用“- ”和“键:”。"
        "请按该层的缩进对齐。",
        "this line is indented by {indent} spaces and does not fit what began in line {opened} ({expected} "
        "spaces); one level cannot mix '- ' with 'key:' either. Align it with its level.",
    ),
    "D009": (
        "error",
        "值到这里已经结束，后面又多出：{found}。请删去多余部分，或给整个值加引号。",
        "the value ends before this point, and more follows: {found}. Remove it, or put the whole value in quotes.",
    ),
    "D010": (
        "error",
        "“- ”列表项不能与键写在同一行。请另起一行，每项一行。",
        "a '- ' list item cannot stand on the line of its key. Begin a new line, one line for each item.",
    ),
    "D011": (
        "error",
        "第 {opened} 行第 {opened_column} 列的“{bracket}”到这里还没有用“{closing}”收住，或两项之间缺逗号。"
        "请补上“{closing}”或逗号。",
        "the '{bracket}' opened in line {opened}, column {opened_column} is not closed by '{closing}' here, or a "
        "comma between two items is missing. Add the '{closing}' or the comma.",
    ),
    "D012": (
        "error",
        "从这里开始的引号 {quote} 没有收尾。请在文字末尾补上同样的引号。",
        "the quote {quote} opened here is never closed. Add the same quote at the end of the text.",
    ),
    "D013": (
        "error",
        "双引号里不能有“{found}”这样的反斜杠写法。请改用单引号，或把“\\”写成“\\\\”。",
        "'{found}' is no known backslash form inside double quotes. Use single quotes, or write '\\\\' for '\\'.",
    ),
    "D014": (
        "error",
        "值不能以“{char}”开头（YAML 用它表示引用）。请给整个值加引号。",
        "a value cannot begin with '{char}' (YAML uses it for references). Put the whole value in quotes.",
    ),
    "D015": (
        "error",
        "方括号或花括号里有多余的逗号，或缺少一项。请删去逗号或补上内容。",
        "a comma too many, or a missing item, inside brackets or braces. Remove the comma or add the item.",
    ),
    "D016": (
        "error",
        "“|”或“>”后面不能直接写文字。请把文字移到下一行并缩进。",
        "no text can follow '|' or '>' on the same line. Move the text to the next line and indent it.",
    ),
}

_READING: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "D020": (
        "error",
        "文件有 {size} 字节，超过上限 {limit} 字节。请拆分文件，或检查是否拿错了文件。",
        "the file has {size} bytes, more than the limit of {limit}. Split it, or check that it is the right file.",
    ),
    "D021": (
        "error",
        "不是可以读出的文字：既不是 UTF-8，也不是 GB18030（第 {offset} 字节起）。请在编辑器中另存为 UTF-8。",
        "this is not readable text: neither UTF-8 nor GB18030 (from byte {offset}). Save the file as UTF-8.",
    ),
    "D022": (
        "note",
        "文件不是 UTF-8，已按 GB18030（GBK）读取。若文字显示不对，请另存为 UTF-8。",
        "the file is not UTF-8 and was read as GB18030 (GBK). If the text looks wrong, save it as UTF-8.",
    ),
    "D023": (
        "error",
        "UTF-8 文件在此处损坏：字节 0x{byte} 不成字符。请在编辑器中改正这个字并重新保存为 UTF-8。",
        "the UTF-8 file is damaged here: byte 0x{byte} forms no character. Correct it and save as UTF-8 again.",
    ),
    "D024": (
        "error",
        "此处有看不见的控制字符 {char}（共 {count} 个）。请删去；若满篇都是，这不是文字文件。",
        "an invisible control character {char} stands here ({count} in all). Delete it; if there are many, this is no "
        "text file.",
    ),
    "D025": (
        "error",
        "文件里没有内容（只有空白或注释）。请写入内容，或检查是否拿错了文件。",
        "the file has no content (only blanks or comments). Write some, or check that it is the right file.",
    ),
    "D026": (
        "error",
        "一个文件只能有一份文档，这里的“---”开始了第 2 份。请删去“---”或拆成两个文件。",
        "a file holds one document only; the '---' here begins document 2. Remove it or split the file in two.",
    ),
    "D027": (
        "error",
        "嵌套超过 {limit} 层。请检查缩进和括号，减少层数。",
        "nested deeper than {limit} levels. Check indentation and brackets, and flatten the content.",
    ),
    "D028": (
        "error",
        "内容超过 {limit} 个节点（键、值和列表项合计）。请拆分文件。",
        "more than {limit} nodes (keys, values and list items together). Split the file.",
    ),
    "D029": (
        "error",
        "这段文字有 {size} 个字，超过上限 {limit}。请检查引号是否收住，或缩短文字。",
        "this text has {size} characters, more than the limit of {limit}. Check for an open quote, or shorten it.",
    ),
    "D030": (
        "error",
        "键“{key}”重复，首次出现在第 {first} 行。请删去或改名其中一个。",
        "key '{key}' is repeated; it first stands in line {first}. Remove or rename one of the two.",
    ),
    "D031": (
        "error",
        '键必须是文字，{key} 会被当作{kind_zh}。请加引号："{key}"。',
        'a key must be text, and {key} is read as {kind_en}. Put it in quotes: "{key}".',
    ),
    "D032": (
        "error",
        "键必须是文字，不能是列表或映射。若写的是“{{{{…}}}}”之类的文字，请给整个值加引号。",
        "a key must be text, not a list or a mapping. If text such as '{{{{…}}}}' is meant, put the value in quotes.",
    ),
    "D033": (
        "error",
        "不支持合并键“<<”。请把要合并的内容直接写在这里。",
        "the merge key '<<' is not supported. Write the content out here.",
    ),
    "D034": (
        "error",
        "不支持锚点“&{name}”。请删去锚点；若是文字，请加引号。",
        "the anchor '&{name}' is not supported. Remove it; if it is text, put it in quotes.",
    ),
    "D035": (
        "error",
        "不支持引用“*{name}”。请把所引用的内容直接写在这里；若是文字，请加引号。",
        "the alias '*{name}' is not supported. Write the content out here; if it is text, put it in quotes.",
    ),
    "D036": (
        "error",
        "不支持标签“{tag}”。请删去标签；若要文字，请加引号。",
        "the tag '{tag}' is not supported. Remove it; to get text, use quotes.",
    ),
    "D037": (
        "error",
        "键“{key}”的开头或结尾有全角空格或不换行空格。YAML 只认半角空格缩进，请换成半角空格。",
        "key '{key}' begins or ends with a full-width or no-break space. YAML is indented with plain spaces "
        "only: replace it.",
    ),
    "D038": (
        "error",
        "这一行被并入了第 {first} 行的文字：{found}。若是列表项或键，请检查缩进和冒号；若是文字，请加引号。",
        "this line was swallowed by the text begun in line {first}: {found}. If it is an item or a key, check "
        "indentation and colon; if it is text, put it in quotes.",
    ),
    "D039": (
        "error",
        "还有 {more} 个问题没有列出。请先改正以上 {shown} 个。",
        "{more} more problems are not listed. Correct the {shown} above first.",
    ),
}

_SCHEMA: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "D040": (
        "error",
        "不认识的键“{key}”。此处可用的键：{allowed_zh}。请改正或删去。",
        "unknown key '{key}'. Keys allowed here: {allowed_en}. Correct or remove it.",
    ),
    "D041": (
        "error",
        "不认识的键“{key}”。是否想写“{near}”？",
        "unknown key '{key}'. Did you mean '{near}'?",
    ),
    "D042": (
        "error",
        "键“{key}”放错了位置：它属于{where_zh}，不属于{here_zh}。请移过去。",
        "key '{key}' is misplaced: it belongs in {where_en}, not in {here_en}. Move it there.",
    ),
    "D043": (
        "error",
        "键“{key}”只在{when_zh}时使用，而这里{now_zh}。请删去它，或改“{switch}”。",
        "key '{key}' is used only when {when_en}, but here {now_en}. Remove it, or change '{switch}'.",
    ),
    "D044": (
        "error",
        "缺少必填的键：{missing_zh}。请补上。",
        "required keys are missing: {missing_en}. Add them.",
    ),
    "D045": (
        "error",
        "此处应为{expected_zh}，现在是{found_zh}。",
        "expected {expected_en}, found {found_en}.",
    ),
    "D046": (
        "error",
        "冒号或“-”后面是空的，此处应为{expected_zh}。请写上内容，或删去这一行。",
        "nothing follows the colon or dash; expected {expected_en}. Write it, or delete the line.",
    ),
    "D047": (
        "error",
        '此处应为{expected_zh}，而不加引号的 {found} 会读成数 {value}。若是编号或名称，请加引号："{found}"。',
        "expected {expected_en}, but without quotes {found} is read as the number {value}. If it is an id or a "
        'name, write "{found}" in quotes.',
    ),
    "D048": (
        "error",
        '此处应为{expected_zh}，而不加引号的 {found} 会读成{kind_zh}。若是文字，请加引号："{found}"。',
        "expected {expected_en}, but without quotes {found} is read as {kind_en}. If text is meant, write "
        '"{found}" in quotes.',
    ),
    "D049": (
        "error",
        "此处应为 true 或 false，而“{found}”不会读成真假值。请写 {fix}（不加引号）。",
        "expected true or false, and '{found}' is not read as either. Write {fix} (without quotes).",
    ),
    "D050": (
        "error",
        "此处应为{expected_zh}，而 {found} 会读成文字。请写 {fix}（不加引号）。",
        "expected {expected_en}, but {found} is read as text. Write {fix} (without quotes).",
    ),
    "D051": (
        "error",
        "此处应为整数，现在是 {found}。请写{fix_zh}。",
        "expected a whole number, found {found}. Write {fix_en}.",
    ),
    "D052": (
        "error",
        "此处应为列表，现在是{found_zh}。只有一项也请写成列表：每项一行，以“- ”开头。",
        "expected a list, found {found_en}. Write even a single item as a list: one line each, beginning with '- '.",
    ),
    "D053": (
        "error",
        "此处应为{expected_zh}，而 {found} 会读成文字（时刻；旧式工具会读成 {old}）。请写它所表示的数。",
        "expected {expected_en}, but {found} is read as text (a time of day; older tools read {old}). Write the "
        "number it stands for.",
    ),
    "D054": (
        "error",
        "此处应为{expected_zh}，而 {found} 会读成文字。请按该键的含义写 {plain} 或 {share}，不带百分号。",
        "expected {expected_en}, but {found} is read as text. Write {plain} or {share}, as the key demands, "
        "without the percent sign.",
    ),
    "D055": (
        "error",
        "{found_zh}不在可用的词之内：{allowed_zh}。{near_zh}",
        "{found_en} is not one of the allowed words: {allowed_en}.{near_en}",
    ),
    "D056": (
        "error",
        "此处只能写 {allowed_zh}，现在是{found_zh}。",
        "only {allowed_en} can stand here, found {found_en}.",
    ),
    "D060": (
        "error",
        "{found} 小于下限 {limit}。请写不小于 {limit} 的数。{say_zh}",
        "{found} is below the minimum {limit}. Write {limit} or more.{say_en}",
    ),
    "D061": (
        "error",
        "{found} 大于上限 {limit}。请写不大于 {limit} 的数。{say_zh}",
        "{found} is above the maximum {limit}. Write {limit} or less.{say_en}",
    ),
    "D062": (
        "error",
        "{found} 必须大于 {limit}。请写更大的数。{say_zh}",
        "{found} must be more than {limit}. Write a larger number.{say_en}",
    ),
    "D063": (
        "error",
        "{found} 必须小于 {limit}。请写更小的数。{say_zh}",
        "{found} must be less than {limit}. Write a smaller number.{say_en}",
    ),
    "D064": (
        "error",
        "{found} 不是 {limit} 的整数倍。请写 {limit} 的倍数。{say_zh}",
        "{found} is not a multiple of {limit}. Write a multiple of {limit}.{say_en}",
    ),
    "D065": (
        "error",
        "文字太短：{found} 个字，至少 {limit} 个。请补全。{say_zh}",
        "the text is too short: {found} characters, at least {limit}. Complete it.{say_en}",
    ),
    "D066": (
        "error",
        "文字太长：{found} 个字，最多 {limit} 个。请缩短。{say_zh}",
        "the text is too long: {found} characters, at most {limit}. Shorten it.{say_en}",
    ),
    "D067": (
        "error",
        "列表太短：{found} 项，至少 {limit} 项。请补上。{say_zh}",
        "the list is too short: {found} items, at least {limit}. Add some.{say_en}",
    ),
    "D068": (
        "error",
        "列表太长：{found} 项，最多 {limit} 项。请删减。{say_zh}",
        "the list is too long: {found} items, at most {limit}. Remove some.{say_en}",
    ),
    "D069": (
        "error",
        "{found_zh}与第 {first} 行的一项重复。每项只写一次。{say_zh}",
        "{found_en} repeats the one in line {first}. Write each item once.{say_en}",
    ),
    "D070": (
        "error",
        "键太少：{found} 个，至少 {limit} 个。请补上。{say_zh}",
        "too few keys: {found}, at least {limit}. Add some.{say_en}",
    ),
    "D071": (
        "error",
        "键太多：{found} 个，最多 {limit} 个。请删减。{say_zh}",
        "too many keys: {found}, at most {limit}. Remove some.{say_en}",
    ),
    "D072": (
        "error",
        "“{found}”的写法不对，应为{expected_zh}。",
        "'{found}' is not written as expected: {expected_en}.",
    ),
    "D073": (
        "error",
        "“{found}”不是“年-月-日”的日期。请写成 {fix}。",
        "'{found}' is not a date as YYYY-MM-DD. Write it as {fix}.",
    ),
    "D074": (
        "error",
        "没有 {found} 这一天：{why_zh}。请改正日期。",
        "there is no day {found}: {why_en}. Correct the date.",
    ),
    "D075": (
        "error",
        "键“{key}”不能用在此处。请删去。",
        "key '{key}' cannot be used here. Remove it.",
    ),
    "D076": (
        "error",
        "键“{key}”的写法不对，应为{expected_zh}。请改名。",
        "key '{key}' is not written as expected: {expected_en}. Rename it.",
    ),
    "D077": (
        "error",
        "写了“{key}”就必须同时写：{missing}。请补上。{say_zh}",
        "'{key}' also needs: {missing}. Add it.{say_en}",
    ),
    "D078": (
        "error",
        "此处的内容不合规定（{keyword}），现在是{found_zh}。{say_zh}",
        "this does not meet the rule '{keyword}', found {found_en}.{say_en}",
    ),
}

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {**_SYNTAX, **_READING, **_SCHEMA}
