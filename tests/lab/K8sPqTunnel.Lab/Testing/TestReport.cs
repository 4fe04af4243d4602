using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace K8sPqTunnel.Lab.Testing;

/// <summary>What one or several test programs reported.</summary>
internal sealed record TestReport(int Passed, IReadOnlyList<TestNote> Failed, IReadOnlyList<TestNote> Skipped)
{
    public static TestReport Empty { get; } = new(0, [], []);

    /// <summary>A program that told nothing itself: it counts as one failure.</summary>
    public static TestReport Broken(string program, string why) => new(0, [new TestNote(program, why)], []);

    /// <summary>Reads xunit's XML report (format of xUnit.net v2 and later).</summary>
    public static TestReport Read(string program, string file)
    {
        try
        {
            return Parse(XDocument.Load(file));
        }
        catch (XmlException e)
        {
            return Broken(program, $"its report cannot be read: {e.Message}");
        }
    }

    public TestReport Plus(TestReport other) =>
        new(Passed + other.Passed, [.. Failed, .. other.Failed], [.. Skipped, .. other.Skipped]);

    internal static TestReport Parse(XDocument report)
    {
        XElement[] tests = [.. report.Descendants("test")];
        // A failing fixture or class clean-up belongs to no test, and is a failure all the same.
        IEnumerable<TestNote> errors = report.Descendants("error").Select(error =>
            new TestNote($"{error.Attribute("type")?.Value} {error.Attribute("name")?.Value}".Trim(), MessageOf(error)));
        return new TestReport(
            tests.Count(test => ResultOf(test) == "Pass"),
            [.. tests.Where(test => ResultOf(test) == "Fail").Select(test => new TestNote(NameOf(test), MessageOf(test))), .. errors],
            [.. tests.Where(test => ResultOf(test) == "Skip").Select(test => new TestNote(NameOf(test), test.Element("reason")?.Value.Trim() ?? ""))]);
    }

    /// <summary>The closing line, alone on a line, that scripts look for.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed.Count} failed, {Skipped.Count} skipped");

    private static string ResultOf(XElement test) => test.Attribute("result")?.Value ?? "";

    private static string NameOf(XElement test) => test.Attribute("name")?.Value ?? "";

    private static string MessageOf(XElement element)
    {
        XElement? failure = element.Element("failure");
        return $"{failure?.Element("message")?.Value}\n{failure?.Element("stack-trace")?.Value}".Trim();
    }
}
