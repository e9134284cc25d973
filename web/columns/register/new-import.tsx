import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { listImports, showImport } from '../../../src/beams/register/intake/contract.ts'
import { ApiProblem } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { FileDrop } from '../../ui/FileDrop.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import classes from './imports-page.module.css'
import { Theirs } from './theirs.tsx'
import { largestFile, uploadFile } from './upload-file.ts'
import { useWords } from './words.ts'

type Sending = { readonly file: File; readonly sent: number }

/** Takes a spreadsheet, sends it while it says how far it is, and leads to the import that it became. */
export function NewImport() {
  const t = useWords()
  const { bytes } = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [sending, setSending] = useState<Sending>()
  const [refused, setRefused] = useState<{ error: unknown; file: File }>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])

  const take = async (file: File) => {
    if (file.size === 0)
      return setRefused({ error: new ApiProblem('file.empty', t('imports.no-bytes', { name: file.name }), 0), file })
    const controller = new AbortController()
    stop.current = controller
    setRefused(undefined)
    setSending({ file, sent: 0 })
    try {
      const run = await uploadFile(file, (sent) => setSending({ file, sent }), controller.signal)
      client.setQueryData([showImport.id, { params: { import: run.id } }], run)
      void client.invalidateQueries({ queryKey: [listImports.id] })
      await navigate({ to: '/imports/$import' as string, params: { import: String(run.id) } as never })
    } catch (error) {
      if (!controller.signal.aborted) setRefused({ error, file })
    } finally {
      setSending(undefined)
    }
  }

  if (sending) {
    const { file, sent } = sending
    return (
      <div className={classes.sending}>
        <p>
          <Theirs>{t('imports.uploading', { name: file.name })}</Theirs>
        </p>
        <progress
          className={classes.bar}
          aria-label={t('imports.uploading', { name: file.name })}
          max={file.size}
          value={sent}
        />
        <p className={classes.help}>{t('imports.sent', { sent: bytes(sent), size: bytes(file.size) })}</p>
        <Button variant="default" size="compact-md" onClick={() => stop.current?.abort()}>
          {t('work.cancel')}
        </Button>
      </div>
    )
  }
  return (
    <>
      <FileDrop
        label={t('imports.drop')}
        hint={t('imports.drop-help', { size: bytes(largestFile) })}
        kinds={['.xlsx', '.csv']}
        limit={largestFile}
        take={(file) => void take(file)}
      />
      {refused && (
        <>
          <p className={classes.help}>
            {refused.file.name}, {bytes(refused.file.size)}
          </p>
          <ProblemNotice error={refused.error} />
        </>
      )}
    </>
  )
}
