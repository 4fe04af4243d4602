namespace K8sPqTunnel.Api.Validation;

/// <summary>Reads a number within its bounds.</summary>
internal static class NumberRules
{
    public static int Read(int? value, int byDefault, int least, int most, string path, SettingsDraft draft)
    {
        if (value is not { } number)
            return byDefault;
        if (number < least || number > most)
            draft.Report(path, $"{number} is out of bounds: write {least} to {most}, for example {byDefault}");
        return number;
    }

    /// <summary>Reads a number that has no upper bound and may be left out.</summary>
    public static long? ReadLeast(long? value, long least, string path, SettingsDraft draft)
    {
        if (value < least)
            draft.Report(path, $"{value} is too little: write {least} or more, or leave it out for no limit");
        return value;
    }
}
