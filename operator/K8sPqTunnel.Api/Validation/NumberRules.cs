namespace K8sPqTunnel.Api.Validation;

/// <summary>Reads a number between two bounds.</summary>
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
}
