using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>Trusted certificates, to which libcrypto finds paths (RFC 5280 6): each signature of a path is verified once.</summary>
internal sealed class X509TrustStore : IDisposable
{
    private readonly X509StoreHandle _store;

    /// <param name="anchors">Roots or not; what they say of themselves is not verified (RFC 5280 6.1.1).</param>
    public X509TrustStore(IReadOnlyList<X509Certificate2> anchors)
    {
        _store = LibCrypto.X509_STORE_new();
        LibCrypto.Require(!_store.IsInvalid, nameof(LibCrypto.X509_STORE_new));
        LibCrypto.Require(LibCrypto.X509_STORE_set_flags(_store, LibCrypto.TrustAnyInStore) == 1, nameof(LibCrypto.X509_STORE_set_flags));
        foreach (X509Certificate2 anchor in anchors)
        {
            using X509Handle? read = X509Handle.Read(anchor.RawDataMemory.Span);
            if (read is not null)
                LibCrypto.Require(LibCrypto.X509_STORE_add_cert(_store, read) == 1, nameof(LibCrypto.X509_STORE_add_cert));
        }

        LibCrypto.ERR_clear_error();
    }

    /// <summary>Whether a path leads from an end's certificate to a trusted one, in which nothing is wrong at <paramref name="now"/>.</summary>
    /// <param name="chain">The end's own, then what may lie between.</param>
    /// <returns>False says no more than that none was found; why is for others to find out.</returns>
    public bool IsReachedBy(IReadOnlyList<X509Certificate2> chain, DateTimeOffset now)
    {
        var read = new X509Handle?[chain.Count];
        nint between = 0;
        try
        {
            for (int i = 0; i < read.Length; i++)
            {
                if ((read[i] = X509Handle.Read(chain[i].RawDataMemory.Span)) is null)
                    return false;
            }

            if (read.Length > 1)
                between = StackOf(read.AsSpan(1));
            using X509StoreContextHandle context = LibCrypto.X509_STORE_CTX_new();
            LibCrypto.Require(!context.IsInvalid, nameof(LibCrypto.X509_STORE_CTX_new));
            if (LibCrypto.X509_STORE_CTX_init(context, _store, read[0]!, between) != 1)
                return false;
            LibCrypto.X509_STORE_CTX_set_time(context, 0, now.ToUnixTimeSeconds());
            return LibCrypto.X509_verify_cert(context) == 1;
        }
        finally
        {
            LibCrypto.ERR_clear_error();
            LibCrypto.OPENSSL_sk_free(between);
            foreach (X509Handle? each in read)
                each?.Dispose();
        }
    }

    public void Dispose() => _store.Dispose();

    /// <summary>The elements stay their handles'.</summary>
    private static nint StackOf(ReadOnlySpan<X509Handle?> certificates)
    {
        nint stack = LibCrypto.OPENSSL_sk_new_null();
        foreach (X509Handle? each in certificates)
            LibCrypto.Require(LibCrypto.OPENSSL_sk_push(stack, each!.DangerousGetHandle()) > 0, nameof(LibCrypto.OPENSSL_sk_push));
        return stack;
    }
}
