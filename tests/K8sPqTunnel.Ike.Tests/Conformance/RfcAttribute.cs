using System.Globalization;
using Xunit.v3;

namespace K8sPqTunnel.Ike.Tests.Conformance;

/// <summary>
/// The rule of a standard that a test shows on the wire. <c>docs/conformance.md</c> lists all of them; <c>-trait "RFC=7296"</c> and
/// <c>-trait "Section=7296 2.1"</c> run those of one document or section.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RfcAttribute : Attribute, ITraitAttribute
{
    /// <param name="number">Of the RFC.</param>
    /// <param name="section">As the RFC numbers it.</param>
    /// <param name="rule">In a few words; null where the test's name says it.</param>
    public RfcAttribute(int number, string section, string? rule = null)
        : this(number.ToString(CultureInfo.InvariantCulture), section, rule)
    {
    }

    /// <param name="document">A draft's name without its version.</param>
    public RfcAttribute(string document, string section, string? rule = null)
    {
        Document = document;
        Section = section;
        Rule = rule;
    }

    public string Document { get; }

    public string Section { get; }

    public string? Rule { get; }

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() =>
        [new("RFC", Document), new("Section", $"{Document} {Section}")];
}
