using System.Globalization;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Credentials;

namespace K8sPqTunnel.Operator.Observation;

/// <summary>The certificates that a tunnel names, as they are in its Secrets now.</summary>
/// <param name="Settings">Which they are.</param>
/// <param name="Secrets">The values of Secrets that the tunnel needs.</param>
internal sealed record CertificateSight(AuthenticationSettings Settings, IReadOnlyList<SecretSight> Secrets)
{
    // A certificate that is renewed by itself has a third of its life left then (cert-manager's default): one with this little was forgotten.
    private const double LastOfLife = 0.1;

    private static readonly TimeSpan LongestNotice = TimeSpan.FromDays(30);

    /// <summary>One end at least proves itself by a certificate.</summary>
    public bool IsNeeded => Settings.Certificate is not null || Settings.Authorities is not null;

    /// <summary>When the first of this end's certificates ends; null where there is none.</summary>
    public DateTimeOffset? End => Own is { Flaw: null } own ? own.End : null;

    /// <summary>From when on somebody should renew it.</summary>
    private DateTimeOffset? Notice => Own is { Flaw: null } own ? own.End - (own.Life * LastOfLife is var rest && rest < LongestNotice ? rest : LongestNotice) : null;

    private CertificateFindings? Own => Find(Settings.Certificate)?.Value?.AsCertificates;

    private CertificateFindings? Trusted => Find(Settings.Authorities)?.Value?.AsCertificates;

    /// <summary>What keeps a daemon from taking them at all; null for nothing.</summary>
    public Verdict? Unusable()
    {
        if (Find(Settings.Certificate) is { Value: { } certificate, Reference: var chain })
        {
            if (certificate.AsCertificates is not { } found)
                return Bad("CertificateUnreadable", chain, "has no certificate in PEM: put this end's certificate there, then those of the authorities between");
            if (found.Flaw is { } flaw)
                return Bad("CertificateUnreadable", chain, flaw + ": store the certificates anew, in PEM");
            if (Find(Settings.PrivateKey) is { Value: { } privateKey, Reference: var secret } && WrongKey(found, privateKey.AsPrivateKey, secret) is { } wrong)
                return wrong;
        }

        if (Find(Settings.Authorities) is { Value: { } authorities, Reference: var bundle } && authorities.AsCertificates is not { Flaw: null })
        {
            return Bad("AuthoritiesUnreadable", bundle, (authorities.AsCertificates?.Flaw ?? "has no certificate in PEM")
                + ": put the certificates of the authorities there that may vouch for the peer");
        }

        return null;
    }

    /// <summary>Why the peer would refuse this end now, or this end any peer; null for nothing. A tunnel that is up goes on until it is to prove itself anew.</summary>
    public Verdict? OutOfDate(DateTimeOffset now)
    {
        if (Own is { Flaw: null } own)
        {
            string name = Settings.Certificate!.Name;
            if (now >= own.End)
                return new Verdict("CertificateExpired", $"the certificate in Secret \"{name}\" has expired: that of {Bounded.Text(own.EndsFirst)} was valid until {Text(own.End)}; "
                    + "renew it, and the tunnel takes it up by itself", Stalled: true);
            if (now < own.Begin)
                return new Verdict("CertificateNotYetValid", $"the certificate in Secret \"{name}\" is not valid before {Text(own.Begin)}: have one issued that is, "
                    + "or check the clock of the machine that issued it", Stalled: true);
        }

        return Trusted is { Flaw: null } trusted && now >= trusted.LastEnd
            ? new Verdict("AuthoritiesExpired", $"no authority in Secret \"{Settings.Authorities!.Name}\" is valid any more, the last was until {Text(trusted.LastEnd)}: "
                + "put the peer's present authority there", Stalled: true)
            : null;
    }

    /// <summary>What holds of certificates that are valid now.</summary>
    /// <param name="shown">When the certificate ends that the daemon proves itself with; null where it has not said.</param>
    public Finding Describe(DateTimeOffset now, DateTimeOffset? shown)
    {
        if (Own is not { } own)
            return new(ConditionStatus.True, "AuthoritiesValid", $"the authorities in Secret \"{Settings.Authorities!.Name}\" may vouch for the peer; this end has no certificate");
        string text = $"the certificate in Secret \"{Settings.Certificate!.Name}\" is for {Bounded.Text(own.First)} and valid until {Text(own.End)}";
        if (own.EndsFirst != own.First)
            text += $", when that of {Bounded.Text(own.EndsFirst)} ends";
        if (shown is { } other && other != own.End)
            text += $"; the daemon still proves itself with one that is valid until {Text(other)}";
        return now >= Notice
            ? new(ConditionStatus.True, "CertificateExpiresSoon", text + ": renew it")
            : new(ConditionStatus.True, "CertificateCurrent", text);
    }

    /// <summary>When what is said here changes by time alone; null where it does not.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset now) =>
        new[] { Own is { Flaw: null } own ? own.Begin : null, Notice, End, Trusted is { Flaw: null } trusted ? trusted.LastEnd : (DateTimeOffset?)null }
            .Where(time => time > now).Min();

    private static Verdict? WrongKey(CertificateFindings chain, PrivateKeyFindings? key, SecretReference secret)
    {
        if (key is null)
            return Bad("PrivateKeyUnreadable", secret, "has no private key in PEM: put the certificate's there, unencrypted");
        if (key.Flaw is { } flaw)
            return Bad("PrivateKeyUnreadable", secret, flaw);
        return key.Key is not null && key.Key != chain.Key
            ? Bad("PrivateKeyMismatch", secret, $"is not the private key of the certificate of {Bounded.Text(chain.First)}, the first in \"{TlsSecretRef.CertificateKey}\": "
                + "store the two that were made together, this end's certificate first")
            : null;
    }

    private SecretSight? Find(SecretReference? reference) => reference is null ? null : Secrets.FirstOrDefault(secret => secret.Reference == reference);

    private static Verdict Bad(string reason, SecretReference where, string what) =>
        new(reason, $"Secret \"{where.Name}\": \"{where.Key}\" {what}", Stalled: true);

    private static string Text(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
