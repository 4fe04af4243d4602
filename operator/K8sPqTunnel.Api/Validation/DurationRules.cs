using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>Reads a duration between two bounds.</summary>
internal static class DurationRules
{
    public static TimeSpan Read(string? text, TimeSpan byDefault, TimeSpan least, TimeSpan most, string path, SettingsDraft draft)
    {
        if (text is null)
            return byDefault;
        if (!Duration.TryParse(text, out Duration duration))
        {
            draft.Report(path, $"\"{text}\" is not a duration: write a number and a unit (ms, s, m, h), for example {new Duration(byDefault)}");
            return byDefault;
        }

        if (duration.Value < least || duration.Value > most)
            draft.Report(path, $"{text} is out of bounds: write {new Duration(least)} to {new Duration(most)}, for example {new Duration(byDefault)}");
        return duration.Value;
    }
}
