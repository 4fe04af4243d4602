using System.Globalization;
using System.Reflection;
using System.Text;

namespace K8sPqTunnel.Ike.Tests.Conformance;

/// <summary>The rules that tests show, gathered from their <see cref="RfcAttribute"/>, as Markdown.</summary>
internal static class ConformanceTable
{
    private const string Namespace = "K8sPqTunnel.Ike.Tests.";

    // The underscores of a test's name are spaces, but for those of names on the wire.
    private static readonly string[] Names =
    [
        "IKE_SA_INIT", "IKE_AUTH", "IKE_INTERMEDIATE", "IKE_FOLLOWUP_KE", "CREATE_CHILD_SA", "INVALID_KE_PAYLOAD", "INVALID_SYNTAX",
        "INVALID_MAJOR_VERSION", "INITIAL_CONTACT", "NO_PROPOSAL_CHOSEN", "TEMPORARY_FAILURE", "CHILD_SA_NOT_FOUND", "STATE_NOT_FOUND",
        "ADDITIONAL_KEY_EXCHANGE", "TS_UNACCEPTABLE", "CFG_REQUEST", "CFG_REPLY", "ML_KEM", "ML_DSA",
    ];

    private sealed record Row(RfcAttribute Rule, MethodInfo Test)
    {
        public string Cells => $"| {Rule.Section} | {Rule.Rule ?? Sentence} | `{TestName}` |";

        private string Sentence => Names.Aggregate(Test.Name.Replace('_', ' '), (text, name) =>
            text.Replace(name.Replace('_', ' '), name, StringComparison.Ordinal));

        private string TestName => $"{Test.DeclaringType!.FullName![Namespace.Length..]}.{(Rule.Rule is null ? "" : Test.Name)}".TrimEnd('.');
    }

    public static string Render()
    {
        List<Row> rows = [.. Rows()];
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{rows.Count} rules, {rows.Select(row => row.Test).Distinct().Count()} tests.\n");
        foreach (IGrouping<string, Row> document in rows.GroupBy(row => row.Rule.Document).OrderBy(group => Order(group.Key)))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {Title(document.Key)}\n\n| Section | Rule | Test |\n|---|---|---|\n");
            foreach (string cells in document.OrderBy(row => SectionKey(row.Rule.Section), StringComparer.Ordinal).Select(row => row.Cells).Distinct())
                text.Append(cells).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<Row> Rows() =>
        from type in typeof(ConformanceTable).Assembly.GetTypes()
        from test in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        from rule in test.GetCustomAttributes<RfcAttribute>()
        select new Row(rule, test);

    private static string Title(string document) => char.IsAsciiDigit(document[0]) ? $"RFC {document}" : document;

    // IKEv2 itself first, then by number, then drafts.
    private static string Order(string document) => document == "7296" ? "" : char.IsAsciiDigit(document[0]) ? document.PadLeft(5, '0') : $"x{document}";

    private static string SectionKey(string section) => string.Join('.', section.Split('.').Select(part => part.PadLeft(3, '0')));
}
