using System.Xml.Linq;
using K8sPqTunnel.Lab.Testing;

namespace K8sPqTunnel.Lab.Tests.Testing;

public sealed class TestReportTests
{
    private const string Report = """
        <assemblies schema-version="3"><assembly><collection>
          <test name="A.Works" result="Pass" />
          <test name="A.Works_too" result="Pass" />
          <test name="A.Fails" result="Fail"><failure><message>expected 1</message><stack-trace>at A</stack-trace></failure></test>
          <test name="A.Waits" result="Skip"><reason>vectors absent</reason></test>
          <test name="A.Not_chosen" result="NotRun" />
        </collection>
        <errors><error type="test-class-cleanup" name="A"><failure><message>left open</message></failure></error></errors>
        </assembly></assemblies>
        """;

    [Fact]
    public void Tests_are_counted_by_their_result_and_a_failed_clean_up_counts_as_a_failure()
    {
        TestReport report = TestReport.Parse(XDocument.Parse(Report));

        Assert.Equal("2 passed, 2 failed, 1 skipped", report.ToString());
        Assert.Equal(new TestNote("A.Waits", "vectors absent"), Assert.Single(report.Skipped));
        Assert.Equal(new TestNote("A.Fails", "expected 1\nat A"), report.Failed[0]);
        Assert.Equal(new TestNote("test-class-cleanup A", "left open"), report.Failed[1]);
    }

    [Fact]
    public void A_report_that_broke_off_is_a_failure()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Report[..100]);
            Assert.Equal("0 passed, 1 failed, 0 skipped", TestReport.Read("A.Tests", file).ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
